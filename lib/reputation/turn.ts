/**
 * Whether a subject has turned: a test for a change of state over its newest verdicts (Page's CUSUM, Biometrika 1954,
 * with Shiryaev's prior chance of a change).
 *
 * If nothing had changed, the newest verdicts would be draws at the rate the chain of posteriors found; if the subject
 * turned, they are draws at the rate of a taken-over or a cleaned host. The likeliest moment of the turn is taken.
 */
import { TURN } from './parameters.ts';
import type { RecentVerdict } from './recent.ts';

export interface Turn {
  readonly towards: 'bad' | 'good';
  /** How likely the subject has turned, 0 to 1. */
  readonly probability: number;
  /** How many of the newest verdicts speak for it. */
  readonly run: number;
  /** The probability of spam once the turn is weighed in. */
  readonly spam: number;
}

/** A report's say shrinks by this a millisecond; a power of two would cost three times as much. */
const FADING = Math.LN2 / TURN.halfLife;
/** By sort of report; one scratch array serves every call. */
const says = new Float64Array(4);
/** How much say each of the newest reports has left: both directions ask, and an exponential costs more than all the rest. */
const left: number[] = [];

/** The turn that the newest verdicts speak for, given the chain's conclusion `spam` at time `now`; null when none does. */
export function turnOf(recent: readonly RecentVerdict[], spam: number, now: number): Turn | null {
  recent.forEach(({ at }, i) => {
    left[i] = Math.exp(-Math.max(0, now - at) * FADING);
  });
  const bad = turnTowards('bad', TURN.badRate, recent, spam);
  const good = turnTowards('good', TURN.goodRate, recent, spam);
  if (bad === null || good === null) return bad ?? good;
  return bad.probability >= good.probability ? bad : good;
}

function turnTowards(
  towards: 'bad' | 'good',
  rate: number,
  recent: readonly RecentVerdict[],
  spam: number,
): Turn | null {
  if (towards === 'bad' ? spam >= rate : spam <= rate) return null;
  // There are four sorts of reports, and logarithms cost as much.
  says[0] = says[1] = says[2] = says[3] = Number.NaN;
  let evidence = 0;
  let best = 0;
  let run = 0;
  for (let i = 0; i < recent.length; i++) {
    const entry = recent[i];
    if (entry === undefined) break;
    const sort = (entry.bad ? 2 : 0) + (entry.trusted ? 1 : 0);
    let said = says[sort] ?? Number.NaN;
    if (Number.isNaN(said)) {
      said = sayOf(entry, rate, spam);
      says[sort] = said;
    }
    evidence += said * (left[i] ?? 0);
    if (evidence > best) {
      best = evidence;
      run = i + 1;
    }
  }
  if (run === 0) return null;
  // Less one: reports that say nothing of a turn leave the chain's conclusion as it is.
  const odds = (TURN.chance / (1 - TURN.chance)) * Math.expm1(best);
  const probability = odds / (1 + odds);
  return { towards, probability, run, spam: spam + (rate - spam) * probability };
}

/** What a fresh report of this sort says for a turn: the logarithm of how much likelier the turn makes it. */
function sayOf({ bad, trusted }: RecentVerdict, rate: number, spam: number): number {
  const doubt = trusted ? TURN.trustedDoubt : TURN.untrustedDoubt;
  const unchanged = Math.min(1 - doubt, Math.max(doubt, spam));
  const turned = Math.min(1 - doubt, Math.max(doubt, rate));
  return Math.log(bad ? turned / unchanged : (1 - turned) / (1 - unchanged));
}
