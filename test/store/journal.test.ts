/** The journal of the embedded store: whatever is killed or fails when, every verdict counts once, and shows at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { open as openFile } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { rootKey, rungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../lib/reputation/tally.ts';
import type { CheckpointPace } from '../../lib/store/embedded/evidence-writes.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { standingKey } from '../../lib/store/impulse.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { Store, VerdictRecord } from '../../lib/store/port.ts';
import { anyRecord, SEED } from '../support/arbitraries.ts';
import { callOf } from '../support/journal-calls.ts';
import { AUDIT, comparable, entriesOf } from '../support/moved-state.ts';
import { mustPrefix, NOW, recordOf } from '../support/records.ts';

const HOST = '2a00:1450:8319:fe42::1';
const NEVER: CheckpointPace = { verdicts: Number.MAX_SAFE_INTEGER, after: 3_600_000 };
const ALL_V6 = mustPrefix('::/0');
const ALWAYS: CheckpointPace = { verdicts: 1, after: 3_600_000 };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-journal-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('the journal', () => {
  it('holds verdicts that show already, until a checkpoint comes by itself', async () => {
    const store = new EmbeddedStore(directory, { ...NEVER, after: 1 });
    await store.recordVerdicts([recordOf(HOST)], NOW);
    expect((await store.readTallies([rungKey(recordOf(HOST).ladder.subject)]))[0]?.days.at(0)?.bad).toBe(
      1000,
    );
    await vi.waitFor(async () => expect(await callsInJournal()).toBe(0));
    expect((await store.readTallies([rungKey(recordOf(HOST).ladder.subject)]))[0]?.days.at(0)?.bad).toBe(
      1000,
    );
    await store.close();
  });

  it('is worked in when the store is closed', async () => {
    const store = new EmbeddedStore(directory, NEVER);
    await store.recordVerdicts(callOf(0), NOW);
    await store.recordVerdicts(callOf(1), NOW);
    expect(await callsInJournal()).toBe(2);
    await store.close();
    expect(await callsInJournal()).toBe(0);
  });

  it('shows in listings beside what is in the file, and hides what it takes out of it', async () => {
    const store = new EmbeddedStore(directory, NEVER);
    const hosts = ['2a00:ff:0:3::1', '2a00:ff:0:1::1', '2a00:ff:0:2::1'];
    const listed = async () => {
      const page = await store.listRungs(mustPrefix('2a00:ff::/32'), 64, { limit: 10 });
      return page.items.map(({ prefix, tally }) => [formatPrefix(prefix), tally.days.at(0)?.bad]);
    };
    await store.recordVerdicts(
      hosts.slice(0, 2).map((host) => recordOf(host, { id: host })),
      NOW,
    );
    await store.sweep(NOW);
    expect(await callsInJournal()).toBe(0);
    await store.recordVerdicts(
      [recordOf('2a00:ff:0:2::1'), recordOf('2a00:ff:0:1::1', { id: 'again' })],
      NOW,
    );
    expect(await callsInJournal()).toBe(1);
    expect(await listed()).toEqual([
      ['2a00:ff:0:1::/64', 2000],
      ['2a00:ff:0:2::/64', 1000],
      ['2a00:ff:0:3::/64', 1000],
    ]);
    const page = await store.listRungs(mustPrefix('2a00:ff::/32'), 64, { limit: 2 });
    const rest = await store.listRungs(mustPrefix('2a00:ff::/32'), 64, { limit: 2, after: page.next ?? '' });
    expect(rest.items.map(({ prefix }) => formatPrefix(prefix))).toEqual(['2a00:ff:0:3::/64']);
    await store.close();
  });

  it('hides nothing of a checkpoint of which parts are left, and lets out no half of it', async () => {
    const store = new EmbeddedStore(directory, { ...ALWAYS, part: 1 });
    const reference = new MemoryStore();
    const said = [0, 1].flatMap((call) => callOf(call));
    for (const call of [0, 1]) {
      await store.recordVerdicts(callOf(call), NOW);
      reference.record(callOf(call), NOW);
    }
    const left = partsInJournal();
    const other = new EmbeddedStore(directory, NEVER);
    const [read, listed] = [everything(other, said), other.listRungs(ALL_V6, 64, { limit: 100 })];
    expect(await left).toBeGreaterThan(10);
    expect(await read).toEqual(await everything(reference, said));
    expect(await listed).toEqual(await reference.listRungs(ALL_V6, 64, { limit: 100 }));
    const again = callOf(1).slice(0, 1);
    expect(await store.recordVerdicts(callOf(0), NOW)).toEqual(callOf(0).map(() => 'duplicate'));
    for (const one of [store, reference]) {
      expect(await one.retractVerdict('local', '10', NOW)).toBe(true);
      expect(await one.recordVerdicts(again, NOW)).toEqual(['accepted']);
    }
    expect(comparable(await entriesOf(other))).toEqual(comparable(await entriesOf(reference)));
    expect(await everything(other, said)).toEqual(await everything(reference, said));
    await Promise.all([store.close(), other.close()]);
    expect(await partsInJournal()).toBe(0);
  });

  it.each([1, 3, 1000])(
    'shows at every moment all that is acknowledged, and never less than before, in checkpoints by %i',
    async (part) => {
      const store = new EmbeddedStore(directory, { verdicts: 3, after: 3_600_000, part, large: 1 });
      const hosts = Array.from({ length: 30 }, (_, i) => `2a00:ff:${i % 3}:${(i + 16).toString(16)}::1`);
      const sorted = [...hosts].sort((a, b) => (rungOf(a) < rungOf(b) ? -1 : 1));
      const acknowledged = new Set<string>();
      const shown = new Set<string>();
      let asked = 0;
      let ahead = 0;
      let isDone = false;
      const report = async (): Promise<void> => {
        for (let host = hosts[asked++]; host !== undefined; host = hosts[asked++]) {
          await store.recordVerdicts([recordOf(host)], NOW);
          acknowledged.add(host);
        }
      };
      const reports = Promise.all([report(), report(), report()]).finally(() => {
        isDone = true;
      });
      while (!isDone) {
        const there = sorted.filter((host) => store.readTallies([rungOf(host)])[0] !== EMPTY_TALLY);
        for (const host of [...acknowledged, ...shown]) expect(there).toContain(host);
        for (const host of there) shown.add(host);
        if (there.length > acknowledged.size) ahead++;
        const listed = (await store.listRungs(ALL_V6, 64, { limit: 100 })).items;
        expect(listed.map(({ prefix }) => rungKey(prefix))).toEqual(there.map(rungOf));
        await new Promise(setImmediate);
      }
      await reports;
      // What is on its way to the disk shows already.
      expect(ahead).toBeGreaterThan(0);
      expect(shown.size).toBe(hosts.length);
      await store.close();
    },
  );

  it.each([
    ['this thread', 1000],
    ['LMDB’s', 1],
  ])(
    'refuses what the disk has no room for, where %s waits for it, and keeps all before',
    async (_, large) => {
      const script = [
        '--import',
        'tsx',
        'test/support/journal-writer.ts',
        directory,
        '0',
        '1000',
        `${large}`,
      ];
      const words = ['-c', 'ulimit -f 300; exec "$0" "$@"', process.execPath, ...script];
      const child = spawn('bash', words, { stdio: ['ignore', 'pipe', 'ignore'] });
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) lines.push(line);
      const calls = lines.slice(0, -2);
      expect(calls).toEqual(calls.map((_line, call) => `${call}`));
      expect(calls.length).toBeGreaterThan(10);
      expect(lines.slice(-2)).toEqual(['refused', 'as before']);
      const store = new EmbeddedStore(directory);
      for (const call of calls.keys())
        expect(await store.recordVerdicts(callOf(call), NOW)).toEqual(callOf(call).map(() => 'duplicate'));
      await store.close();
    },
  );

  it('counts nothing of a call that fails behind a checkpoint in the same transaction, and all of the others', async () => {
    const store = new EmbeddedStore(directory, ALWAYS);
    const bad = recordOf(HOST, { id: 'bad' });
    Object.defineProperty(bad, 'at', {
      get: () => {
        throw new Error('a bug of ours');
      },
    });
    await store.recordVerdicts([recordOf(HOST, { id: 'before' })], NOW);
    const results = await Promise.allSettled([
      store.recordVerdicts([recordOf(HOST, { id: 'first' })], NOW),
      store.recordVerdicts([recordOf(HOST, { id: 'dragged' }), bad], NOW),
      store.recordVerdicts([recordOf(HOST, { id: 'last' })], NOW),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const reference = new MemoryStore();
    const counted = ['before', 'first', 'last'].map((id) => recordOf(HOST, { id }));
    reference.record(counted, NOW);
    expect(await everything(store, counted)).toEqual(await everything(reference, counted));
    await store.close();
    const again = new EmbeddedStore(directory);
    expect(await everything(again, counted)).toEqual(await everything(reference, counted));
    expect(await again.recordVerdicts([recordOf(HOST, { id: 'dragged' })], NOW)).toEqual(['accepted']);
    await again.close();
  });

  it.each([
    ['at once', {}],
    ['in parts', { part: 2 }],
  ])(
    'makes two processes agree with the store in memory, whoever writes, is killed or makes a checkpoint %s when',
    async (_, pieces) => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyTurn, { minLength: 1, maxLength: 20 }), async (turns) => {
          const folder = mkdtempSync(join(directory, 'run-'));
          const reference = new MemoryStore();
          const left: EmbeddedStore[] = [];
          const paces = PACES.map((pace) => ({ ...pace, ...pieces }));
          const stores = paces.map((pace) => new EmbeddedStore(folder, pace));
          const said: VerdictRecord[] = [];
          for (const [turn, { by, act, records, which }] of turns.entries()) {
            const now = NOW + turn * 1000;
            let store = stores[by];
            const one = said[which % said.length] ?? records[0];
            if (store === undefined || one === undefined)
              throw new Error('nobody to act, or nothing to act on');
            if (act === 'restart') {
              // As a killed process leaves it: nothing is closed before the end.
              left.push(store);
              store = stores[by] = new EmbeddedStore(folder, paces[by]);
            }
            if (act === 'retract')
              expect(await store.retractVerdict(one.reporter.id, one.id, now)).toBe(
                await reference.retractVerdict(one.reporter.id, one.id, now),
              );
            else if (act === 'forget')
              expect(await store.forget(rungKey(one.ladder.subject), { ...AUDIT, at: now })).toBe(
                await reference.forget(rungKey(one.ladder.subject), { ...AUDIT, at: now }),
              );
            else if (act === 'sweep') await store.sweep(now);
            else expect(await store.recordVerdicts(records, now)).toEqual(reference.record(records, now));
            said.push(...records);
            expect(await everything(store, said)).toEqual(await everything(reference, said));
          }
          for (const store of [...left, ...stores]) await store.close();
          const again = new EmbeddedStore(folder);
          expect(await everything(again, said)).toEqual(await everything(reference, said));
          await again.close();
        }),
        { seed: SEED, numRuns: 25 },
      );
    },
  );

  it.each([
    ['at once', 1000, 1000],
    // As many parts as tallies, so that some are always left.
    ['in parts', 1, 1000],
    ['in parts, all on LMDB’s thread', 1, 1],
  ])(
    'loses no acknowledged call of a process that is killed again and again, and counts none twice: checkpoints %s',
    async (_, part, large) => {
      let next = 0;
      let found = 0;
      let leftInParts = 0;
      for (const calls of [1, 5, 12, 23, 30]) {
        next = await killedAfter(next, calls, part, large);
        found += (await callsInJournal()) > 0 ? 1 : 0;
        leftInParts += (await partsInJournal()) > 0 ? 1 : 0;
      }
      // Three of four calls stand in the journal until the next checkpoint.
      expect(found).toBeGreaterThan(0);
      expect(leftInParts > 0).toBe(part === 1);
      const store = new EmbeddedStore(directory);
      const calls = Array.from({ length: next }, (_, call) => callOf(call));
      for (const call of calls) {
        const outcomes = await store.recordVerdicts(call, NOW);
        expect(outcomes).toEqual(call.map(() => 'duplicate'));
      }
      // The one that was under way when the process was killed for the last time may stand or not.
      const underWay = await store.recordVerdicts(callOf(next), NOW);
      expect(new Set(underWay).size).toBe(1);
      const reference = new MemoryStore();
      for (const call of [...calls, callOf(next)]) reference.record(call, NOW);
      const said = calls.flat();
      expect(await everything(store, said)).toEqual(await everything(reference, said));
      await store.close();
    },
  );

  /** Has a process make calls from a number on, kills it once so many are acknowledged, and gives the first call that is not. */
  async function killedAfter(first: number, calls: number, part: number, large: number): Promise<number> {
    const script = ['--import', 'tsx', 'test/support/journal-writer.ts'];
    const words = [...script, directory, ...[first, part, large].map(String)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let next = first;
    for await (const line of createInterface({ input: child.stdout })) {
      next = Number(line) + 1;
      if (next === first + calls) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return next;
  }

  async function callsInJournal(): Promise<number> {
    const file = openFile({ path: join(directory, 'evidence.mdb'), noSubdir: true, maxDbs: 16 });
    const calls = file.openDB({ name: 'journal', encoding: 'binary' }).getKeysCount({ start: 0 });
    await file.close();
    return calls;
  }

  async function partsInJournal(): Promise<number> {
    const file = openFile({ path: join(directory, 'evidence.mdb'), noSubdir: true, maxDbs: 16 });
    const parts = file.openDB({ name: 'journal', encoding: 'binary' }).getKeysCount({ end: 0 });
    await file.close();
    return parts;
  }
});

const PACES: readonly CheckpointPace[] = [
  { verdicts: 5, after: 3_600_000 },
  { verdicts: 12, after: 3_600_000 },
];

/** What one of two processes does; records are few enough to be meant again. */
const anyTurn = fc.record({
  by: fc.nat(PACES.length - 1),
  act: fc.constantFrom('record', 'record', 'record', 'retract', 'forget', 'restart', 'sweep'),
  records: fc.array(anyRecord, { minLength: 1, maxLength: 6 }),
  which: fc.nat(1000),
});

const rungOf = (host: string) => rungKey(recordOf(host).ladder.subject);

async function everything(store: Store, records: readonly VerdictRecord[]): Promise<readonly Tally[]> {
  const rungs = new Set(
    records.flatMap(({ ladder, reporter }) => [...rungsOf(ladder), standingKey(reporter.id)]),
  );
  return store.readTallies([...rungs, rootKey(4), rootKey(6)]);
}
