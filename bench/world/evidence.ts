/**
 * What is reported about the senders over some weeks: every sender at least once, the busy ones often.
 */
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { type PlacedClaim, report } from '../../lib/report/report.ts';
import type { Verdict } from '../../lib/reputation/verdict.ts';
import type { Reporter, Store, VerdictRecord } from '../../lib/store/port.ts';
import { Random } from '../accuracy/random.ts';
import { Popularity } from './popularity.ts';
import type { Senders } from './senders.ts';

const DAY = 86_400_000;
/** Evidence reaches back this many days. */
const DAYS = 45;
/** Verdicts per sender, on average. */
const VERDICTS_PER_SENDER = 2.5;
/** Verdicts that go into the store together, at least. */
const GROUP = 50_000;
/** Share of verdicts from the operator's own reporter; the rest come from other sites. */
const SHARE_TRUSTED = 0.6;
const LOCAL: Reporter = { id: 'local', trusted: true };
const SITES: readonly Reporter[] = Array.from({ length: 40 }, (_, i) => ({
  id: `site-${i}`,
  trusted: false,
}));
const SEED = 20_262;

/**
 * Records the evidence up to `now` (epoch milliseconds); `progress` hears the share done. It comes network by network, each
 * from its first day to its last, as sums do not depend on the order: by the clock, a commit into a store of ten million
 * would change pages all over it.
 */
export async function recordEvidence(
  senders: Senders,
  store: Pick<Store, 'recordVerdicts'>,
  allocations: Allocations,
  now: number,
  progress: (share: number) => void,
): Promise<void> {
  const random = new Random(SEED, 'evidence');
  const counts = verdictCounts(senders.count, random);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let done = 0;
  let held = 0;
  let days = emptyDays();
  const record = async (): Promise<void> => {
    const heard: VerdictRecord[] = [];
    for (const [day, said] of days.entries()) {
      const start = now - (DAYS - day) * DAY;
      const claims = said.map((sender, index): PlacedClaim => {
        const at = start + random.int(0, DAY - 1);
        return { index, claim: claimOf(senders, sender, `${done + index}`, at, random) };
      });
      done += said.length;
      const reporter = random.chance(SHARE_TRUSTED) ? LOCAL : random.pick(SITES);
      await report(claims, reporter, { store: noting(heard), allocations }, start + DAY);
    }
    await store.recordVerdicts(heard, now);
    progress(done / total);
    held = 0;
    days = emptyDays();
  };
  for (const sender of senders.byNetwork()) {
    const count = counts[sender] ?? 0;
    for (let i = 0; i < count; i++) days[random.int(0, DAYS - 1)]?.push(sender);
    held += count;
    if (held >= GROUP) await record();
  }
  await record();
}

/** A store that keeps for later what it is to record. */
function noting(heard: VerdictRecord[]): Pick<Store, 'recordVerdicts'> {
  return {
    recordVerdicts: (records) => {
      for (const record of records) heard.push(record);
      return Promise.resolve(records.map(() => 'accepted'));
    },
  };
}

/** How many verdicts there are of each sender: one of everybody, the rest by how busy they are. */
function verdictCounts(senders: number, random: Random): Uint32Array {
  const counts = new Uint32Array(senders).fill(1);
  const popularity = new Popularity(senders);
  for (let left = Math.round(senders * (VERDICTS_PER_SENDER - 1)); left > 0; left--) {
    const sender = popularity.draw(random);
    counts[sender] = (counts[sender] ?? 0) + 1;
  }
  return counts;
}

function emptyDays(): number[][] {
  return Array.from({ length: DAYS }, () => []);
}

function claimOf(
  senders: Senders,
  sender: number,
  id: string,
  at: number,
  random: Random,
): PlacedClaim['claim'] {
  const parsed = senders.addressOf(sender, random);
  return { id, address: parsed, verdict: verdictOf(senders.sendsSpam(sender, random), random), at, count: 1 };
}

function verdictOf(spam: boolean, random: Random): Verdict {
  if (!spam) return 'ham';
  const roll = random.float();
  if (roll < 0.9) return 'spam';
  return roll < 0.95 ? 'trap' : 'invalid-recipients';
}
