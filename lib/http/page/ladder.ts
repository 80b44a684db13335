/**
 * The ladder of an answer as steps to draw: what is believed after each, from all mail down to this one sender.
 */
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { intervalAt } from '../../reputation/chain.ts';
import { prefixAt, type Reputation } from '../../reputation/reputation.ts';
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
  const wider = Array.from({ length: evidence.length - 1 }, (_, i) => evidence.length - 1 - i);
  return [
    {
      kind: 'base',
      name: `All IPv${subject.family} mail`,
      prefix: null,
      spam: baseRate,
      interval: null,
      seen: 'the share of unwanted mail in all that was reported here',
    },
    ...wider.map((level) => widerStep(reputation, level)),
    subjectStep(reputation),
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

function widerStep(reputation: Reputation, level: number): Step {
  const { evidence } = reputation;
  const observations = evidence.observationsAt(level);
  const others = weight(observations);
  const seen =
    observations === 0
      ? 'nothing known of others in it'
      : `${others} ${others === '1' ? 'other' : 'others'} in it reported`;
  return levelStep('wider', reputation, level, seen);
}

function subjectStep(reputation: Reputation): Step {
  const { reporters, observations } = reputation;
  const seen =
    observations === 0
      ? 'no report of its own'
      : `${weight(observations)} weighted reports, ${plural(reporters, 'reporter', 'reporters')}`;
  return levelStep('subject', reputation, 0, seen);
}

function levelStep(kind: Step['kind'], reputation: Reputation, level: number, seen: string): Step {
  const prefix = prefixAt(reputation, level);
  const { evidence } = reputation;
  const spam = evidence.spamAt(level);
  return { kind, name: formatPrefix(prefix), prefix, spam, interval: intervalAt(evidence, level), seen };
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
