import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import type { Store, VerdictRecord } from '../../lib/store/port.ts';
import { type Emulator, startEmulator } from '../support/dynalite.ts';
import { storeOn } from '../support/dynamo-store.ts';
import { comparable, entriesOf, talliesOf } from '../support/moved-state.ts';
import { recordOf } from '../support/records.ts';
import { Pump } from '../support/stream-log.ts';

/** The processes go by the real clock. */
const NOW = Date.now();
/** Enough for several chunks. */
const HISTORY: readonly VerdictRecord[] = Array.from({ length: 1000 }, (_, i) =>
  recordOf(`2a00:145${i % 7}:${(i % 400).toString(16)}::${(i % 9) + 1}`, {
    id: `v${i}`,
    at: NOW,
    reporter: { id: `r${i % 5}`, trusted: i % 5 === 0 },
  }),
);

type Environment = Readonly<Record<string, string>>;

function start(argv: readonly string[], env: Environment): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'functions/cli.ts', ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function codeOf(child: ChildProcess): Promise<unknown> {
  child.stdout?.resume();
  const [code] = await once(child, 'exit');
  return code;
}

/** Ends a load as the kernel would, once it has brought some chunks. */
async function killedHalfway(child: ChildProcess, store: Store): Promise<void> {
  const exited = codeOf(child);
  // Asked without a pause, the emulator would have no time for the load itself.
  while (((await store.state.loadMark())?.chunks ?? 0) < 2)
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  await exited;
  expect((await store.state.loadMark())?.done).toBe(false);
}

describe('dump and load, killed in the middle', () => {
  let folder: string;
  let emulator: Emulator;
  const at = (name: string): string => join(folder, name);
  const inFolder = (name: string): Environment => ({ DATA_DIR: at(name) });
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prefixwise-dump-'));
    emulator = await startEmulator();
    const source = new EmbeddedStore(at('source'));
    await source.recordVerdicts(HISTORY, NOW);
    await source.close();
    expect(await codeOf(start(['dump', at('whole')], inFolder('source')))).toBe(0);
  });
  afterAll(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  it('leaves no file of its name unless it is whole', async () => {
    const child = start(['dump', at('killed')], inFolder('source'));
    const exited = codeOf(child);
    while (!existsSync(at('killed.part')) && !existsSync(at('killed'))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.kill('SIGKILL');
    await exited;
    const whole = existsSync(at('killed'));
    expect(await codeOf(start(['load', '--check', at('killed')], {}))).toBe(whole ? 0 : 66);
    if (!whole) expect(await codeOf(start(['dump', at('killed')], inFolder('source')))).toBe(0);
  });

  it('goes on with a load into a folder, whatever was killed when, and has it all', async () => {
    const target = new EmbeddedStore(at('target'));
    await killedHalfway(start(['load', at('whole')], inFolder('target')), target);
    await expect(target.check()).rejects.toThrow('not finished');
    await expect(target.recordVerdicts(HISTORY.slice(0, 1), NOW)).rejects.toThrow('not finished');
    expect(await codeOf(start(['load', at('whole')], inFolder('target')))).toBe(1);
    expect(await codeOf(start(['load', '--resume', at('whole')], inFolder('target')))).toBe(0);
    await holdsAll(target);
    await target.close();
  });

  it('goes on with a load into a table, and its roll-up counts nothing twice', async () => {
    const log = await emulator.createTable('target');
    const table = new DynamoTable({ tableName: 'target', endpoint: emulator.endpoint });
    const env = { STORE: 'dynamodb', TABLE_NAME: 'target', DYNAMODB_ENDPOINT: emulator.endpoint };
    await killedHalfway(start(['load', at('whole')], env), storeOn(table));
    expect(await codeOf(start(['load', '--resume', at('whole')], env))).toBe(0);
    const handler = createRollupHandler({ table, now: () => NOW, onReport: () => {} });
    await new Pump(log, handler).untilQuiet();
    await holdsAll(storeOn(table));
    table.close();
  }, 240_000);

  async function holdsAll(target: Store): Promise<void> {
    const source = new EmbeddedStore(at('source'));
    expect(comparable(await entriesOf(target, NOW))).toEqual(comparable(await entriesOf(source, NOW)));
    expect(await talliesOf(target, HISTORY, Date.now())).toEqual(
      await talliesOf(source, HISTORY, Date.now()),
    );
    await source.close();
  }
});
