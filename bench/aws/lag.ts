/**
 * How soon a lookup shows a verdict, when the stream is pumped as its records come: from the moment the report is sent to
 * the end of the first lookup whose every rung has it. What Lambda waits before it asks the stream is not in it.
 */
import { rungsOf } from '../../lib/reputation/rung.ts';
import type { Tally } from '../../lib/reputation/tally.ts';
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { startEmulator } from '../../test/support/dynalite.ts';
import { openEmulated, storeOn } from '../../test/support/dynamo-store.ts';
import { recordOf } from '../../test/support/records.ts';
import { Pump } from '../../test/support/stream-log.ts';
import { quantileOf } from '../measure/statistics.ts';

export interface Lag {
  /** Milliseconds of the clock. */
  readonly median: number;
  readonly p99: number;
}

/** A pause of the pump when there was nothing. */
const IDLE_MS = 1;

/** Sends verdicts one after the other, each about a subject and a wide block of its own, and watches for each. */
export async function lagOf(verdicts: number): Promise<Lag> {
  const emulator = await startEmulator();
  const { table, log } = await openEmulated(emulator, Date.now);
  const store = storeOn(table);
  const pump = new Pump(log, createRollupHandler({ table, now: Date.now, onReport: () => {} }));
  let isOver = false;
  const pumping = (async () => {
    while (!isOver) {
      await pump.untilQuiet();
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    }
  })();
  const lags: number[] = [];
  for (let i = 0; i < verdicts; i++) {
    const at = Date.now();
    const record = recordOf(`2a00:${(0x1000 + i).toString(16)}:8319:fe42::1`, { id: `${i}`, at });
    const from = performance.now();
    await store.recordVerdicts([record], at);
    while (!(await store.readTallies(rungsOf(record.ladder))).every(isTold));
    lags.push(performance.now() - from);
  }
  isOver = true;
  await pumping;
  table.close();
  await emulator.close();
  return { median: quantileOf(lags, 0.5), p99: quantileOf(lags, 0.99) };
}

function isTold({ days }: Tally): boolean {
  return [...days].some(({ bad }) => bad > 0);
}
