/**
 * A lookup's answer as a card for people.
 */
import type * as z from 'zod/mini';
import type { lookupAnswerSchema } from '../http/openapi/answers.ts';
import type { levelSchema, reputationSchema } from '../http/openapi/reputation-answers.ts';
import type { Colour, Paint } from './paint.ts';

export type LookupJson = z.infer<typeof lookupAnswerSchema>;
type ReputationJson = z.infer<typeof reputationSchema>;
type LevelJson = z.infer<typeof levelSchema>;
type NetworkJson = LookupJson['network'];
type PolicyJson = LookupJson['policy'];

type Row = readonly [label: string, text: string];

const LABEL_WIDTH = 11;
const BAR_WIDTH = 30;

/** The card, each line ended. */
export function cardOf(answer: LookupJson, paint: Paint): string {
  const { address, network, reputation, account, listing, policy, expires, degraded } = answer;
  const verdict = paint(colourOf(policy), `${policy.class}, ${policy.action}`);
  const rows: Row[] = [
    ['kind', kindText(network)],
    ['prefix', prefixText(network)],
    ...reputationRows(reputation, paint),
    ...accountRows(account ?? null),
    ...(listing === null
      ? []
      : [['listed', `${listing.list} list: ${listing.prefix}, ${listing.reason}`] as const]),
    ['policy', `${verdict} - ${policy.reason}`],
    ...(policy.reply === null
      ? []
      : [['reply', `${policy.reply.code} ${policy.reply.enhanced} ${policy.reply.text}`] as const]),
    ...limitRows(policy),
    ['holds', degraded ? `until ${expires}; the store did not answer in time` : `until ${expires}`],
  ];
  const lines = rows.map(([label, text]) => `  ${paint('dim', label.padEnd(LABEL_WIDTH))}${text}`);
  return `${[paint('bold', address), ...lines].join('\n')}\n`;
}

function colourOf({ action }: PolicyJson): Colour {
  if (action === 'accept') return 'green';
  return action === 'throttle' ? 'yellow' : 'red';
}

function kindText({ kind, ipv4, special, shared }: NetworkJson): string {
  const parts: string[] = [kind];
  if (special !== undefined && special !== null) parts.push(special);
  if (ipv4 !== null) parts.push(`stands for ${ipv4}`);
  if (shared) parts.push('shared by several sites');
  return parts.join(', ');
}

function prefixText({ prefix, source, allocation }: NetworkJson): string {
  if (allocation === undefined) return `${prefix} (${source})`;
  const { prefix: block, origin, reference, date } = allocation;
  return `${prefix} (${source}: ${block}, ${origin}, ${reference}, ${date.slice(0, 10)})`;
}

function reputationRows(reputation: ReputationJson | null, paint: Paint): Row[] {
  if (reputation === null) return [['subject', 'none']];
  const { subject, spam, interval, observations, reporters, lastSeen, evidence, baseRate } = reputation;
  const [low, high] = interval;
  const seen =
    lastSeen === null
      ? 'nothing reported yet'
      : `${amount(observations, 'weighted report')} in 30 days from ${amount(reporters, 'reporter')}, last ${lastSeen}`;
  const width = Math.max(...evidence.map(({ prefix }) => prefix.length), 'all mail'.length);
  const ladder = evidence.map(
    (level, i) => `${level.prefix.padEnd(width)} ${percent(level.spam)}  ${levelText(level, i)}`,
  );
  const rows = [...ladder, `${'all mail'.padEnd(width)} ${percent(baseRate)}  the base rate`];
  return [
    ['subject', `${subject}, ${seen}`],
    [
      'spam',
      `${percent(spam).trim()}  ${bar(spam, low, high, paint)}  ${percent(low).trim()} to ${percent(high).trim()}`,
    ],
    ...rows.map((text, i): Row => [i === 0 ? 'evidence' : '', text]),
  ];
}

function accountRows(account: NonNullable<LookupJson['account']> | null): Row[] {
  if (account === null) return [];
  return account.evidence.map(({ rung, spam, observations }) => [
    rung,
    `${percent(spam).trim()}, ${amount(observations, rung === 'org' ? 'other reported account' : 'weighted report')}`,
  ]);
}

function levelText({ observations }: LevelJson, index: number): string {
  return amount(observations, index === 0 ? 'weighted report' : 'reported neighbour');
}

/** The interval on a line from 0 to 100 %, with the mean in it. */
function bar(spam: number, low: number, high: number, paint: Paint): string {
  const at = (share: number): number => Math.min(BAR_WIDTH - 1, Math.floor(share * BAR_WIDTH));
  const cells = Array.from({ length: BAR_WIDTH }, (_, i) => {
    if (i === at(spam)) return '●';
    return i >= at(low) && i <= at(high) ? '━' : '·';
  });
  const colour = spam >= 0.6 ? 'red' : spam <= 0.2 ? 'green' : 'yellow';
  return paint(colour, cells.join(''));
}

function limitRows({ limits }: PolicyJson): Row[] {
  const connection = [
    amount(limits.concurrentConnections, 'connection'),
    amount(limits.messagesPerConnection, 'message'),
    `${amount(limits.errorsPerConnection, 'error')} in each`,
    `${amount(limits.recipientsPerMessage, 'recipient')} a message`,
    `${amount(limits.bytesPerSecond, 'byte')} a second`,
  ];
  const time = [
    `${amount(limits.messagesPerMinute, 'message')} to ${amount(limits.recipientsPerMinute, 'recipient')} a minute`,
    `${amount(limits.messagesPerHour, 'message')} to ${amount(limits.recipientsPerHour, 'recipient')} an hour`,
  ];
  const manner = [
    `${limits.tarpitSeconds} s tarpit`,
    limits.pipelining ? 'pipelining' : 'no pipelining',
    `retry after ${limits.retryAfterSeconds} s`,
  ];
  return [
    ['limits', connection.join(', ')],
    ['', time.join(', ')],
    ['', manner.join(', ')],
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0).padStart(3)} %`;
}

function amount(count: number, noun: string): string {
  const text = Number.isInteger(count) ? count.toLocaleString('en') : count.toFixed(1);
  return `${text} ${noun}${count === 1 ? '' : 's'}`;
}
