import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NO_SERIES } from '../../lib/reputation/series.ts';
import { isEmpty } from '../../lib/reputation/tally.ts';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import { numberIn } from '../../lib/store/dynamodb/item.ts';
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { tallyState } from '../../lib/store/dynamodb/rollup/tally-item.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import type { Store } from '../../lib/store/port.ts';
import { runCli } from '../support/cli.ts';
import { type Emulator, startEmulator } from '../support/dynalite.ts';
import { storeOn } from '../support/dynamo-store.ts';
import {
  AFTERWARDS,
  comparable,
  entriesOf,
  FILLED,
  FILLING,
  fill,
  talliesOf,
} from '../support/moved-state.ts';
import { DAY } from '../support/records.ts';
import { Pump } from '../support/stream-log.ts';

const EVERYTHING = [...FILLING, ...AFTERWARDS];

describe('prefixwise dump and load', () => {
  let folder: string;
  let emulator: Emulator;
  const at = (name: string): string => join(folder, name);
  const inFolder = (name: string) => ({ env: { DATA_DIR: at(name) } });
  const onTable = (name: string) => ({
    env: { STORE: 'dynamodb', TABLE_NAME: name, DYNAMODB_ENDPOINT: emulator.endpoint },
  });
  const withStore = async <T>(name: string, work: (store: Store) => Promise<T>): Promise<T> => {
    const store = new EmbeddedStore(at(name));
    return work(store).finally(() => store.close());
  };
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: FILLED });
    folder = mkdtempSync(join(tmpdir(), 'prefixwise-dump-'));
    emulator = await startEmulator();
    await withStore('source', fill);
    expect(await runCli(['dump', at('whole.ndjson')], inFolder('source'))).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  it('moves everything from the embedded store to DynamoDB and back, and counts nothing twice on the way', async () => {
    const log = await emulator.createTable('moved');
    const table = new DynamoTable({ tableName: 'moved', endpoint: emulator.endpoint });
    const handler = createRollupHandler({ table, now: () => FILLED, onReport: () => {} });
    expect(await runCli(['load', at('whole.ndjson')], onTable('moved'))).toMatchObject({
      code: 0,
      stderr: '',
    });
    await new Pump(log, handler).untilQuiet();
    const ours = await withStore('source', (source) => talliesOf(source, EVERYTHING));
    expect(await talliesOf(storeOn(table), EVERYTHING)).toEqual(ours);

    const dumped = await runCli(['dump', at('back.ndjson.gz')], onTable('moved'));
    expect(dumped.code).toBe(0);
    expect(await runCli(['load', at('back.ndjson.gz')], inFolder('back'))).toMatchObject({ code: 0 });
    await withStore('source', (source) =>
      withStore('back', async (back) => {
        expect(comparable(await entriesOf(back))).toEqual(comparable(await entriesOf(source)));
        expect(await talliesOf(back, EVERYTHING)).toEqual(ours);
        const later = FILLED + DAY;
        expect(await back.recordVerdicts(EVERYTHING, later)).toEqual(
          EVERYTHING.map(({ id }) => (id === 'taken-back' ? 'accepted' : 'duplicate')),
        );
        for (const { id, reporter } of EVERYTHING) {
          expect(await back.retractVerdict(reporter.id, id, later), id).toBe(id !== 'forgotten');
        }
        for (const tally of await talliesOf(back, EVERYTHING, later)) {
          expect(tally).toMatchObject({ months: NO_SERIES, days: NO_SERIES, quarters: NO_SERIES, hosts: [] });
        }
      }),
    );
    table.close();
  });

  it.each([
    ['3', 3],
    ['', 24],
  ])('loads evidence into a table for as long as EVIDENCE_MONTHS says: %j', async (setting, months) => {
    const name = `kept-${months}`;
    await emulator.createTable(name);
    const { env } = onTable(name);
    const loaded = await runCli(['load', at('whole.ndjson')], { env: { ...env, EVIDENCE_MONTHS: setting } });
    expect(loaded).toMatchObject({ code: 0, stderr: '' });
    const table = new DynamoTable({ tableName: name, endpoint: emulator.endpoint });
    const { items } = await table.scan({});
    table.close();
    const tallies = items.filter((item) => 'tally' in item && !isEmpty(tallyState(item).tally));
    expect(tallies.length).toBeGreaterThan(20);
    const reported = FILLED - 4 * DAY;
    for (const item of tallies) {
      const expires = (numberIn(item, 'expires') ?? 0) * 1000;
      expect(expires).toBeGreaterThan(reported + months * 30 * DAY);
      expect(expires).toBeLessThanOrEqual(FILLED + (months + 1) * 30 * DAY);
    }
  });

  it('loads nothing where EVIDENCE_MONTHS cannot be used', async () => {
    const { env } = onTable('never-made');
    expect(
      await runCli(['load', at('whole.ndjson')], { env: { ...env, EVIDENCE_MONTHS: '2' } }),
    ).toMatchObject({
      code: 78,
      stderr: 'load: EVIDENCE_MONTHS: a whole number from 3 to 24 is expected, not "2"\n',
    });
  });

  it('tells what it did, and keeps the file from other eyes', async () => {
    const { code, stderr } = await runCli(['dump', at('told.ndjson.gz')], inFolder('source'));
    expect(code).toBe(0);
    expect(stderr).toBe(
      `dumped from ${at('source')} (embedded store): 10 verdicts, 33 tallies, 1 operator records, 3 audit entries, ` +
        '2 blocks of published tables\n',
    );
    expect(statSync(at('told.ndjson.gz')).mode & 0o777).toBe(0o600);
    expect(existsSync(at('told.ndjson.gz.part'))).toBe(false);
    const entries = (text: Buffer): readonly string[] => text.toString().split('\n').slice(2, -2);
    const packed = gunzipSync(readFileSync(at('told.ndjson.gz')));
    expect(entries(packed)).toEqual(entries(readFileSync(at('whole.ndjson'))));
  });

  it('goes down a pipe', async () => {
    const { stdout, code } = await runCli(['dump'], inFolder('source'));
    expect(code).toBe(0);
    const loaded = await runCli(['load'], { ...inFolder('piped'), stdin: stdout });
    expect(loaded.stdout).toMatch(/^loaded into .* 10 verdicts/);
    expect(loaded.code).toBe(0);
  });

  it('overwrites nothing and makes no store where there is none', async () => {
    writeFileSync(at('there'), 'something');
    expect(await runCli(['dump', at('there')], inFolder('source'))).toEqual({
      code: 73,
      stdout: '',
      stderr: `dump: ${at('there')} is there already\n`,
    });
    expect(await runCli(['dump', at('no/folder')], inFolder('source'))).toMatchObject({ code: 73 });
    const none = await runCli(['dump'], inFolder('none'));
    expect(none).toEqual({
      code: 78,
      stdout: '',
      stderr: `dump: DATA_DIR: there is no store in ${at('none')}\n`,
    });
    expect(existsSync(at('none'))).toBe(false);
  });

  it('writes no dump over a terminal', async () => {
    const ran = await runCli(['dump'], { ...inFolder('source'), terminal: true });
    expect(ran).toMatchObject({ code: 2, stderr: 'dump: name a file, or lead standard output elsewhere\n' });
  });

  it.each([
    [
      'cut',
      (text: string) => text.slice(0, -300),
      /breaks off at line \d+, after \d+ whole chunks: it has no end\n$/,
    ],
    [
      'altered',
      (text: string) => text.replace('"stays"', '"stay5"'),
      /chunk \d+ \(lines \d+ to \d+\) does not match/,
    ],
    ['foreign', () => 'id,spam\n1,2\n', /^load: line 1: no header of a dump/],
  ])('refuses a %s file before it touches the store', async (name, change, message) => {
    writeFileSync(at(name), change(readFileSync(at('whole.ndjson'), 'utf8')));
    const { code, stderr } = await runCli(['load', at(name)], inFolder(`from-${name}`));
    expect(code).toBe(65);
    expect(stderr).toMatch(message);
    expect(existsSync(at(`from-${name}`))).toBe(false);
    expect(await runCli(['load', '--check', at(name)])).toMatchObject({ code: 65 });
  });

  it('checks a dump without a store', async () => {
    const checked = await runCli(['load', '--check', at('whole.ndjson')]);
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^the dump is whole: 10 verdicts/);
    expect(await runCli(['load', '--check', at('nowhere')])).toMatchObject({ code: 66 });
  });

  it('leaves what a broken pipe began unready, and goes on with the whole dump', async () => {
    const text = readFileSync(at('whole.ndjson'));
    const cut = await runCli(['load'], { ...inFolder('torn'), stdin: text.subarray(0, text.length - 300) });
    expect(cut.code).toBe(65);
    const half = await runCli(['dump'], inFolder('torn'));
    expect(half).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('a load into this store was not finished'),
    });
    expect(await runCli(['load', at('whole.ndjson')], inFolder('torn'))).toMatchObject({ code: 1 });
    expect(await runCli(['load', '--resume', at('whole.ndjson')], inFolder('torn'))).toMatchObject({
      code: 0,
    });
    expect(await runCli(['dump'], inFolder('torn'))).toMatchObject({ code: 0 });
  });

  it('loads into nothing that has something in it', async () => {
    for (const surroundings of [inFolder('source'), onTable('full')]) {
      if ('TABLE_NAME' in surroundings.env) {
        await emulator.createTable('full');
        const table = new DynamoTable({ tableName: 'full', endpoint: emulator.endpoint });
        await storeOn(table).recordVerdicts(FILLING.slice(0, 1), FILLED);
        table.close();
      }
      const { code, stderr } = await runCli(['load', at('whole.ndjson')], surroundings);
      expect(code).toBe(1);
      expect(stderr).toMatch(/the store is not empty; a dump is loaded into a new one only\n$/);
    }
  });
});
