/** What the embedded store spares itself in reading must not show. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RungKey, rungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { anyHistory, SEED } from '../support/arbitraries.ts';
import { DAY, NOW, recordOf } from '../support/records.ts';

const HOST = recordOf('2a00:1450:8319:fe42::1');
const NEIGHBOUR = recordOf('2a00:1450:8319:fe43::1');
const STRANGER = recordOf('2600:3c00::1');
const NOBODY: VerdictRecord = recordOf('198.35.77.1');

let directory: string;
let store: EmbeddedStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-'));
  store = new EmbeddedStore(directory);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const audit = (at: number) => ({
  at,
  actor: 'local',
  act: 'reputation.forget',
  target: '2a00:1450::/32',
  reason: 'a test',
  detail: null,
});

/** Says, takes back and forgets as the history has it: what is done to a record depends on its place. */
async function live(history: readonly VerdictRecord[], between: () => Promise<void>): Promise<void> {
  for (const [i, record] of history.entries()) {
    await store.recordVerdicts([record], NOW);
    if (i % 3 === 1) await store.retractVerdict(record.reporter.id, record.id, NOW);
    if (i % 7 === 3) await store.forget(rungKey(record.ladder.subject), audit(NOW + i));
    await between();
  }
  await store.sweepTallies(NOW + 70 * DAY, 3);
  await between();
}

describe('a ladder read from the embedded store', () => {
  it('has the tally each rung has by itself, whatever was said, taken back, forgotten or swept', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const some = history.slice(0, 12);
        const ladders = [...some, HOST, STRANGER, NOBODY].map(({ ladder }) => rungsOf(ladder));
        await live(some, async () => {
          for (const rungs of ladders) {
            const alone = rungs.map((rung) => store.readTallies([rung])[0]);
            expect(store.readTallies(rungs)).toEqual(alone);
          }
        });
      }),
      { seed: SEED, numRuns: 12 },
    );
  }, 60_000);
});

describe('a watch on tallies of the embedded store', () => {
  const rungs = rungsOf(HOST.ladder);
  const watch = (keys: readonly RungKey[]) => {
    const { places, changes } = store.watchTallies(keys);
    return () => store.changesAt(places, 0, places.length) === changes;
  };

  it('never says they are the same when they are not, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const some = history.slice(0, 12);
        const watched = some.map(({ ladder }) => rungsOf(ladder));
        const look = (keys: readonly RungKey[]) => ({
          keys,
          tallies: store.readTallies(keys),
          isSame: watch(keys),
          changes: store.tallyChanges(),
        });
        let looks = watched.map(look);
        await live(some, async () => {
          for (const { keys, tallies, isSame, changes } of looks) {
            const isSure = isSame() || store.tallyChanges() === changes;
            if (isSure) expect(store.readTallies(keys)).toEqual(tallies);
          }
          looks = watched.map(look);
        });
      }),
      { seed: SEED, numRuns: 12 },
    );
  }, 60_000);

  it('says they are the same while nothing is said of them, and through a checkpoint', async () => {
    await store.recordVerdicts([HOST], NOW);
    const isSame = watch(rungs);
    await store.recordVerdicts([STRANGER, NOBODY], NOW);
    expect(isSame()).toBe(true);
    await store.sweepTallies(NOW, 24);
    expect(isSame()).toBe(true);
  });

  it('says no as soon as something is said of one of them', async () => {
    const isSame = watch(rungs);
    expect(isSame()).toBe(true);
    await store.recordVerdicts([NEIGHBOUR], NOW);
    expect(isSame()).toBe(false);
  });

  it('says no once another process wrote', async () => {
    const isSame = watch(rungs);
    const changes = store.tallyChanges();
    expect(isSame()).toBe(true);
    expect(store.tallyChanges()).toBe(changes);
    const other = new EmbeddedStore(directory);
    await other.recordVerdicts([NEIGHBOUR], NOW);
    await expect.poll(isSame).toBe(false);
    expect(store.tallyChanges()).not.toBe(changes);
    await other.close();
  });
});
