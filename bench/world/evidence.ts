/**
 * What is reported about the senders over some weeks: every sender at least once, the busy ones often.
 */
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { type PlacedClaim, report } from '../../lib/report/report.ts';
import type { Verdict } from '../../lib/reputation/verdict.ts';
import type { Reporter, Store } from '../../lib/store/port.ts';
import { Random } from '../accuracy/random.ts';
import { Popularity } from './popularity.ts';
import type { Senders } from './senders.ts';

const DAY = 86_400_000;
/** Evidence reaches back this far. */
const SPAN = 45 * DAY;
/** Verdicts per sender, on average. */
const VERDICTS_PER_SENDER = 2.5;
/** Verdicts recorded together. */
const BATCH = 10_000;
/** Share of verdicts from the operator's own reporter; the rest come from other sites. */
const SHARE_TRUSTED = 0.6;
const LOCAL: Reporter = { id: 'local', trusted: true };
const SITES: readonly Reporter[] = Array.from({ length: 40 }, (_, i) => ({
  id: `site-${i}`,
  trusted: false,
}));
const SEED = 20_262;

/** Records the evidence up to `now` (epoch milliseconds); `progress` hears the share done. */
export async function recordEvidence(
  senders: Senders,
  store: Pick<Store, 'recordVerdicts'>,
  allocations: Allocations,
  now: number,
  progress: (share: number) => void,
): Promise<void> {
  const random = new Random(SEED, 'evidence');
  const popularity = new Popularity(senders.count);
  const total = Math.round(senders.count * VERDICTS_PER_SENDER);
  let introduced = 0;
  for (let done = 0; done < total; ) {
    const size = Math.min(BATCH, total - done);
    const at = now - SPAN + (SPAN * (done + size)) / total;
    const claims: PlacedClaim[] = [];
    for (let i = 0; i < size; i++) {
      const dueStrangers = ((done + i) * senders.count) / total;
      const sender = introduced < dueStrangers ? introduced++ : popularity.draw(random);
      claims.push({
        index: i,
        claim: claimOf(senders, sender, `${done + i}`, at - random.int(0, 3_600_000), random),
      });
    }
    const reporter = random.chance(SHARE_TRUSTED) ? LOCAL : random.pick(SITES);
    await report(claims, reporter, { store, allocations }, at);
    done += size;
    progress(done / total);
  }
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
