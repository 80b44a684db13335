/**
 * `npm run bench:dns`: the exported zone served by rbldnsd, asked by dnsperf, beside single lookups over HTTP of the same
 * senders on the same evidence. Both programs are Debian's (`rbldnsd`, `dnsperf`); where one is missing, that is said.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { startOurs } from '../http/field.ts';
import { type Load, loadSchema, type Slice } from '../http/messages.ts';
import { Peer } from '../http/peer.ts';
import type { Usage } from '../http/usage.ts';
import { describePinning, LOAD_CORE } from '../measure/cores.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { tellProgress } from '../measure/progress.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { Senders } from '../world/senders.ts';
import { scratchCopy, storeOf } from '../world/store.ts';
import { serveZone } from './zone.ts';

const SENDERS = 100_000;
const CONNECTIONS = 32;

const { rounds, seconds, json } = new Command('bench:dns')
  .option('--rounds <count>', 'rounds, each with a slice for both', Number, 5)
  .option('--seconds <count>', 'length of a slice', Number, 3)
  .option('--json <file>', 'write every round to a file')
  .parse()
  .opts<{ rounds: number; seconds: number; json?: string }>();

/** One slice. */
interface Turn {
  readonly perSecond: number;
  /** Microseconds of the server's CPU time for an answer. */
  readonly cpu: number;
  readonly rss: number;
}

const machine = thisMachine();
const pinning = describePinning();
console.log(`${describeMachine(machine)}\n${pinning}`);
const missing = ['rbldnsd', 'dnsperf'].filter((name) => spawnSync(name, ['-h']).error !== undefined);
if (missing.length > 0) console.log(`not installed here, nothing is measured: ${missing.join(', ')}`);
else await measure();

async function measure(): Promise<void> {
  const senders = new Senders(SENDERS);
  const { folder, remove } = scratchCopy(await storeOf(senders));
  const zone = await serveZone(folder, senders);
  const ours = await startOurs(folder);
  const load = Peer.start('./load.ts', LOAD_CORE);
  const slice: Slice = {
    senders: SENDERS,
    port: ours.port,
    script: 'repeating',
    connections: CONNECTIONS,
    seconds,
  };
  const contestants = [
    { name: 'rbldnsd, queries', usage: zone.usage, answers: () => zone.ask(seconds), turns: turns() },
    {
      name: 'ours over HTTP, lookups',
      usage: ours.usage,
      answers: async () => answersOf(await load.ask(slice, loadSchema.parse)),
      turns: turns(),
    },
  ];
  // One round before the others warms both up.
  for (let round = -1; round < rounds; round++) {
    tellProgress(`round ${Math.max(0, round + 1)} of ${rounds}`);
    for (const { usage, answers, turns } of contestants) {
      const turn = await takeTurn(usage, answers);
      if (round >= 0) turns.push(turn);
    }
  }
  tellProgress('');
  zone.stop();
  await Promise.all([load.stop(), ours.stop()]);
  remove();
  print(contestants);
  if (json !== undefined) {
    const figures = contestants.map(({ name, turns }) => ({ name, turns }));
    writeFileSync(json, `${JSON.stringify({ machine, pinning, contestants: figures })}\n`);
  }
}

function turns(): Turn[] {
  return [];
}

async function takeTurn(usage: () => Promise<Usage>, answers: () => Promise<number>): Promise<Turn> {
  const before = await usage();
  const count = await answers();
  const after = await usage();
  return { perSecond: count / seconds, cpu: (after.cpu - before.cpu) / count, rss: after.rss };
}

function answersOf({ requests, failures }: Load): number {
  if (failures > 0) throw new Error(`${failures} of ${requests} lookups failed`);
  return requests;
}

function print(contestants: readonly { readonly name: string; readonly turns: readonly Turn[] }[]): void {
  const of = (figure: keyof Turn, at: number): number[] =>
    (contestants[at]?.turns ?? []).map((turn) => turn[figure]);
  console.log(`\na zone of ${whole(SENDERS)} subjects, and lookups of the same senders`);
  console.log(
    plainTable(
      ['', 'a second', 'ratio', 'CPU us each', 'ratio', 'RSS MB'],
      contestants.map(({ name }, at) => [
        name,
        withRange(spreadOf(of('perSecond', at)), whole),
        withRange(ratiosOf(of('perSecond', at), of('perSecond', 0)), decimals(3)),
        withRange(spreadOf(of('cpu', at)), decimals(1)),
        withRange(ratiosOf(of('cpu', at), of('cpu', 0)), decimals(1)),
        whole(Math.max(...of('rss', at)) / 1e6),
      ]),
    ),
  );
}
