import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { open as openFile, type RootDatabase } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { rungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { EMPTY_TALLY } from '../../lib/reputation/tally.ts';
import type { CheckpointPace } from '../../lib/store/embedded/evidence-writes.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import type { StateEntry } from '../../lib/store/state.ts';
import { MOST_EVIDENCE_MONTHS } from '../../lib/store/tally-life.ts';
import { comparable, entriesOf, FILLED, fill } from '../support/moved-state.ts';
import { DAY, HOUR, NOW, recordOf } from '../support/records.ts';
import { describeStateContract } from '../support/state-contract.ts';
import { describeStoreContract } from '../support/store-contract.ts';

const HOST = '2a00:1450:8319:fe42::1';
const LIMITS = DEFAULT_POLICY_BOOK.limits.unknown;

async function open(pace?: CheckpointPace) {
  const directory = mkdtempSync(join(tmpdir(), 'prefixwise-'));
  const store = new EmbeddedStore(directory, pace);
  return {
    store,
    reopen: async () => new EmbeddedStore(directory, pace),
    elapse: async (now: number) => {
      await store.sweep(now);
      await store.sweepTallies(now, MOST_EVIDENCE_MONTHS);
    },
    cleanUp: async () => {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

describeStoreContract('the embedded store', () => open());
describeStoreContract('the embedded store with a checkpoint before every call', () =>
  open({ verdicts: 1, after: HOUR }),
);
describeStateContract('the embedded store', () => open());

describe('the embedded store', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'prefixwise-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  async function rewrite(change: (file: RootDatabase) => void): Promise<void> {
    const file = openFile({ path: join(directory, 'evidence.mdb'), noSubdir: true, maxDbs: 16 });
    change(file);
    await file.close();
  }

  it('lets another process read what this one wrote, while it stays open', async () => {
    const store = new EmbeddedStore(directory);
    const record = recordOf(HOST);
    await store.recordVerdicts([record], NOW);
    const stdout = await inAnotherProcess('read-tallies.ts', directory, HOST);
    expect(JSON.parse(stdout)).toEqual(await store.readTallies(rungsOf(record.ladder)));
    await store.close();
  });

  it('sees what another process wrote, of rungs that it has read before and wrote itself', async () => {
    const store = new EmbeddedStore(directory);
    const { ladder } = recordOf(HOST);
    const weight = async (): Promise<number | undefined> => {
      const [subject] = await store.readTallies(rungsOf(ladder));
      return subject?.days.at(0)?.bad;
    };
    expect(await weight()).toBeUndefined();
    expect(await weight()).toBeUndefined();
    await inAnotherProcess('record-verdict.ts', directory, HOST, 'theirs');
    expect(await weight()).toBe(1000);
    await store.recordVerdicts([recordOf(HOST, { id: 'ours' })], NOW);
    expect(await weight()).toBe(2000);
    await inAnotherProcess('record-verdict.ts', directory, HOST, 'theirs again');
    await store.recordVerdicts([recordOf(HOST, { id: 'ours again' })], NOW);
    expect(await weight()).toBe(4000);
    expect(store.rootTally(6).days.at(0)?.bad).toBe(1000);
    await store.close();
  });

  it('gives the same object for a tally that is asked for again and did not change', async () => {
    const store = new EmbeddedStore(directory);
    const rungs = rungsOf(recordOf(HOST).ladder);
    await store.recordVerdicts([recordOf(HOST, { id: 'one' })], NOW);
    await store.readTallies(rungs);
    const before = await store.readTallies(rungs);
    // The wider rungs have heard of the subject's first report already.
    await store.recordVerdicts([recordOf(HOST, { id: 'two' })], NOW);
    const after = await store.readTallies(rungs);
    expect(after.map((tally, i) => tally === before[i])).toEqual(rungs.map((_, i) => i > 0));
    await store.close();
  });

  it('sweeps away verdict records past their retention and keeps what they were evidence for', async () => {
    const store = new EmbeddedStore(directory);
    const old = recordOf(HOST, { id: 'old' });
    const young = recordOf(HOST, { id: 'young', at: NOW + 20 * DAY });
    await store.recordVerdicts([old], NOW);
    await store.recordVerdicts([young], NOW + 20 * DAY);
    expect(await store.sweep(NOW + 31 * DAY)).toBe(1);
    expect(await store.sweep(NOW + 31 * DAY)).toBe(0);
    expect(await store.retractVerdict('local', 'young', NOW + 31 * DAY)).toBe(true);
    const [tally] = await store.readTallies(rungsOf(old.ladder));
    expect(tally?.months.at(0)?.bad).toBe(1000);
    await store.close();
  });

  it('sweeps buckets out of tallies that nothing is written to, and tallies out that nobody reports on', async () => {
    const store = new EmbeddedStore(directory);
    const records = Array.from({ length: 700 }, (_, i) =>
      recordOf(`2a00:1450:${i.toString(16)}::1`, { id: `${i}` }),
    );
    const rungs = records.flatMap(({ ladder }) => rungsOf(ladder));
    await store.recordVerdicts(records, NOW);
    await store.forget(rungs[0] ?? '', {
      at: NOW,
      actor: 'cli',
      act: 'x',
      target: 'x',
      reason: 'x',
      detail: null,
    });
    expect(await store.sweepTallies(NOW + DAY, 3)).toBe(0);
    expect(await store.sweepTallies(NOW + 3 * DAY, 3)).toBeGreaterThan(2 * 699);
    for (const { quarters, days } of await store.readTallies(rungs.slice(-3)))
      expect([quarters.length, days.length]).toEqual([0, 1]);
    expect(await store.sweepTallies(NOW + 3 * DAY, 3)).toBe(0);
    await store.recordVerdicts([recordOf(HOST, { at: NOW + 60 * DAY })], NOW + 60 * DAY);
    await store.sweepTallies(NOW + 91 * DAY, 3);
    const subjects = records.map(({ ladder }) => rungKey(ladder.subject));
    for (const tally of await store.readTallies(subjects)) expect(tally).toEqual(EMPTY_TALLY);
    const [kept] = await store.readTallies(rungsOf(recordOf(HOST).ladder));
    expect(kept?.months).toHaveLength(1);
    expect((await entriesOf(store)).filter(({ kind }) => kind === 'forgotten')).toEqual([]);
    await store.close();
  });

  it('undoes alone the one call that fails inside a shared transaction', async () => {
    const store = new EmbeddedStore(directory);
    const bad = recordOf(HOST, { id: 'bad' });
    Object.defineProperty(bad, 'at', {
      get: () => {
        throw new Error('a bug of ours');
      },
    });
    const results = await Promise.allSettled([
      store.recordVerdicts([recordOf(HOST, { id: 'first' })], NOW),
      store.recordVerdicts([recordOf(HOST, { id: 'dragged' }), bad], NOW),
      store.recordVerdicts([recordOf(HOST, { id: 'last' })], NOW),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.recordVerdicts([recordOf(HOST, { id: 'dragged' })], NOW)).toEqual(['accepted']);
    const [tally] = await store.readTallies(rungsOf(bad.ladder));
    expect(tally?.days.at(0)?.bad).toBe(3000);
    await store.close();
  });

  it('counts in one place for all processes on its folder, across restarts, and forgets what is over', async () => {
    const [here, there] = [new EmbeddedStore(directory), new EmbeddedStore(directory)];
    const message = { kind: 'message', count: 1, session: '' } as const;
    const sender = rungsOf(recordOf(HOST).ladder)[0] ?? '';
    const left: number[] = [];
    for (const store of [here, there, here]) {
      left.push((await store.counters.take(sender, message, LIMITS, NOW)).remaining);
    }
    await here.close();
    const again = new EmbeddedStore(directory);
    left.push((await again.counters.take(sender, message, LIMITS, NOW)).remaining);
    expect(left).toEqual([4, 3, 2, 1]);
    expect(await again.counters.sweep(NOW + HOUR / 15 - 1)).toBe(0);
    expect(await again.counters.sweep(NOW + HOUR / 15)).toBe(1);
    await Promise.all([again.close(), there.close()]);
  });

  it('opens no counters of an earlier boot, which a power failure may have left in pieces', async () => {
    writeFileSync(join(directory, 'counters-earlier.mdb'), 'torn pages');
    const store = new EmbeddedStore(directory);
    const message = { kind: 'message', count: 1, session: '' } as const;
    await store.counters.take(rungsOf(recordOf(HOST).ladder)[0] ?? '', message, LIMITS, NOW);
    expect(existsSync(join(directory, 'counters-earlier.mdb'))).toBe(false);
    await store.close();
  });

  it('dumps one moment’s state while it is written to', async () => {
    const store = new EmbeddedStore(directory);
    await fill(store);
    const before = comparable(await entriesOf(store));
    const entries: StateEntry[] = [];
    let n = 0;
    for await (const entry of store.state.exportState(FILLED).entries) {
      entries.push(entry);
      const record = recordOf(HOST, { id: `meanwhile ${n++}` });
      await store.recordVerdicts([record], NOW);
      await store.blobs.putBlob(`meanwhile/${n}`, Uint8Array.of(n));
    }
    expect(comparable(entries)).toEqual(before);
    expect(comparable(await entriesOf(store))).not.toEqual(before);
    await store.close();
  });

  it('refuses a file of another format and names both, and one from before formats were told', async () => {
    await new EmbeddedStore(directory).close();
    await rewrite((file) => file.openDB({ name: 'meta', encoding: 'json' }).putSync('format', 7));
    expect(() => new EmbeddedStore(directory)).toThrow('has format 7, and this version reads format 3');
    await rewrite((file) => {
      file.openDB({ name: 'meta', encoding: 'json' }).removeSync('format');
      file.openDB({ name: 'tallies', encoding: 'binary', keyEncoding: 'binary' }).putSync('x', Buffer.of(1));
    });
    expect(() => new EmbeddedStore(directory)).toThrow('has format 1, and this version reads format 3');
  });

  it('says so when its file is no store', () => {
    writeFileSync(
      join(directory, 'evidence.mdb'),
      'this is no database, but a note somebody left here'.repeat(200),
    );
    expect(() => new EmbeddedStore(directory)).toThrow('is not a Prefixwise store');
  });
});

async function inAnotherProcess(program: string, ...words: readonly string[]): Promise<string> {
  const file = `test/support/${program}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file, ...words]);
  return stdout;
}
