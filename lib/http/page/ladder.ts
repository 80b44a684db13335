/**
 * The ladder of an answer as steps to draw: what is believed after each, from all mail down to this one sender.
 */
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { levelInterval } from '../../reputation/chain.ts';
import type { LevelEvidence, Reputation } from '../../reputation/reputation.ts';
import { percent, plural, weight } from './words.ts';

export interface Step {
  readonly kind: 'base' | 'wider' | 'subject' | 'host' | 'turn' | 'conclusion';
  readonly name: string;
  /** The block the step speaks of; null when it is none. */
  readonly prefix: Prefix | null;
  readonly spam: number;
  readonly interval: readonly [low: number, high: number] | null;
  /** What was seen at this step, in words. */
  readonly seen: string;
}

/** The steps from the base rate to the conclusion. */
export function stepsOf(reputation: Reputation): readonly Step[] {
  const { subject, baseRate, evidence, spam, interval } = reputation;
  const [own, ...wider] = evidence;
  const steps: Step[] = [
    {
      kind: 'base',
      name: `All IPv${subject.family} mail`,
      prefix: null,
      spam: baseRate,
      interval: null,
      seen: 'the share of unwanted mail in all that was reported here',
    },
    ...wider.toReversed().map(widerStep),
  ];
  if (own !== undefined) steps.push(subjectStep(own, reputation));
  return [
    ...steps,
    ...hostSteps(reputation),
    ...turnSteps(reputation),
    {
      kind: 'conclusion',
      name: 'Conclusion',
      prefix: null,
      spam,
      interval,
      seen: '90 % certain to lie in this range',
    },
  ];
}

function widerStep(level: LevelEvidence): Step {
  const { prefix, spam, observations } = level;
  const others = weight(observations);
  const seen =
    observations === 0
      ? 'nothing known of others in it'
      : `${others} ${others === '1' ? 'other' : 'others'} in it reported`;
  return { kind: 'wider', name: formatPrefix(prefix), prefix, spam, interval: levelInterval(level), seen };
}

function subjectStep(level: LevelEvidence, { reporters }: Reputation): Step {
  const { prefix, spam, observations } = level;
  const seen =
    observations === 0
      ? 'no report of its own'
      : `${weight(observations)} weighted reports, ${plural(reporters, 'reporter', 'reporters')}`;
  return { kind: 'subject', name: formatPrefix(prefix), prefix, spam, interval: levelInterval(level), seen };
}

function hostSteps({ host }: Reputation): Step[] {
  if (host === null) return [];
  const seen = `its block sends both kinds; ${weight(host.bad + host.good)} weighted reports on this host`;
  return [{ kind: 'host', name: 'This one host', prefix: null, spam: host.posterior, interval: null, seen }];
}

function turnSteps({ turn }: Reputation): Step[] {
  if (turn === null) return [];
  const what = turn.towards === 'bad' ? 'it was taken over' : 'it was cleaned';
  const seen = `newest ${plural(turn.run, 'report', 'reports')}: ${percent(turn.probability)} likely that ${what}`;
  return [{ kind: 'turn', name: 'A turn', prefix: null, spam: turn.spam, interval: null, seen }];
}
