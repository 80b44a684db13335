/**
 * The page's words: kinds, classes, actions, limits, numbers and times as a person reads them.
 */
import type { Network } from '../../allocation/network.ts';
import type { Kind } from '../../net/kind.ts';
import type { Action, Limits, ServiceClass } from '../../policy/policy-book.ts';
import type { Verdict } from '../../reputation/verdict.ts';

/** What an address is, and what that means for its reputation. */
export const KINDS: Readonly<Record<Kind, readonly [name: string, meaning: string]>> = {
  ipv4: ['IPv4 address', 'One address is taken to be one sender, unless its network says otherwise.'],
  ipv6: ['IPv6 address', 'A customer has many of them; what counts is the prefix the customer holds.'],
  '6to4': ['6to4 address', 'An IPv4 router made this block for itself, so its IPv4 address is what counts.'],
  teredo: [
    'Teredo address',
    'A host behind an IPv4 NAT tunnels IPv6 through it. Its IPv4 address is what counts.',
  ],
  nat64: ['NAT64 address', 'An IPv4 host seen through a translator. Its IPv4 address is what counts.'],
  '6rd': [
    '6rd address',
    'A provider tunnels IPv6 to its customers over IPv4; the IPv4 address names the customer.',
  ],
  isatap: ['ISATAP address', 'An ordinary IPv6 address whose host made its identifier from an IPv4 address.'],
  'ipv4-mapped': ['IPv4-mapped address', 'An IPv4 address in IPv6 spelling, as dual-stack sockets show it.'],
  'ipv4-translated': [
    'IPv4-translated address',
    'A notation of stateless translators. Nobody on the Internet sends from it.',
  ],
  'ipv4-compatible': [
    'IPv4-compatible address',
    'A notation given up in 2006. Nobody on the Internet sends from it.',
  ],
  special: ['Special-purpose address', 'Set aside by a standard. Nobody on the Internet sends from it.'],
};

export const CLASSES: Readonly<Record<ServiceClass, readonly [name: string, meaning: string]>> = {
  good: ['Good', 'known for wanted mail'],
  mixed: ['Mixed', 'sends both, or its neighbours do'],
  bad: ['Bad', 'known for unwanted mail'],
  unknown: ['Unknown', 'too little to say'],
  local: ['Local', 'on the operator’s own side'],
};

export const ACTIONS: Readonly<Record<Action, string>> = {
  accept: 'Accept',
  throttle: 'Accept within limits',
  tempfail: 'Defer: ask to come back later',
  reject: 'Refuse',
};

/** Who says that the prefix is as wide as it is. */
export function sourceWords({ source, kind }: Pick<Network, 'source' | 'kind'>): string {
  if (source === 'published') return 'The network itself published how it cuts this block.';
  if (source === 'operator') return 'The operator of this service entered how this block is cut.';
  return DEFAULT_SOURCES[kind] ?? 'Nobody published how this block is cut, so the usual size is taken.';
}

const DEFAULT_SOURCES: Readonly<Partial<Record<Kind, string>>> = {
  '6to4': 'A 6to4 router always holds a /48 (RFC 3056).',
  teredo: 'The port and flags of a client move, so only the address itself is safe to name.',
  nat64: 'Behind every address of a translator is another IPv4 host.',
  'ipv4-translated': 'Nothing wider can be said of it.',
  'ipv4-compatible': 'Nothing wider can be said of it.',
  special: 'Nothing wider can be said of it.',
};

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  spam: 'Spam',
  ham: 'Wanted mail',
  malware: 'Malware',
  fraud: 'Fraud or phishing',
  abusive: 'Other abuse',
  'invalid-recipients': 'Many invalid recipients',
  trap: 'Hit a spam trap',
  'auth-failure': 'Failed authentication',
};

/** Limits in the order they are met by a client, each with its value as text. */
export function limitRows(limits: Limits): readonly (readonly [label: string, value: string])[] {
  return [
    ['Connections at once', count(limits.concurrentConnections)],
    ['Wait before each answer', duration(limits.tarpitSeconds)],
    ['Pipelining', limits.pipelining ? 'offered' : 'not offered'],
    ['Recipients a message', count(limits.recipientsPerMessage)],
    ['Speed', `${bytes(limits.bytesPerSecond)}/s`],
    ['Messages a connection', count(limits.messagesPerConnection)],
    ['Errors a connection', count(limits.errorsPerConnection)],
    ['Messages a minute', count(limits.messagesPerMinute)],
    ['Recipients a minute', count(limits.recipientsPerMinute)],
    ['Messages an hour', count(limits.messagesPerHour)],
    ['Recipients an hour', count(limits.recipientsPerHour)],
    ['Come back after', duration(limits.retryAfterSeconds)],
  ];
}

/** A probability in whole percent; never 0 or 100, which nobody knows. The space does not break. */
export function percent(share: number): string {
  return `${wholePercent(share)}\u00a0%`;
}

/** A range of probabilities, as `82 – 98 %`; ends that read the same are said once. */
export function range([low, high]: readonly [low: number, high: number]): string {
  return percent(low) === percent(high) ? percent(low) : `${wholePercent(low)}\u2009–\u2009${percent(high)}`;
}

/** The same as a remark beside the probability itself. */
export function between([low, high]: readonly [low: number, high: number]): string {
  return percent(low) === percent(high)
    ? 'with 90\u00a0% certainty'
    : `between ${wholePercent(low)} and ${percent(high)}`;
}

/** A weighted count: whole from ten on, with one decimal below. */
export function weight(value: number): string {
  if (value > 0 && value < 0.1) return '<0.1';
  return value >= 10 ? count(Math.round(value)) : String(Number(value.toFixed(1)));
}

/** A whole number with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `1 address`, `2 addresses`. */
export function plural(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** An instant as `21 Nov 2026, 19:00 UTC`, from epoch milliseconds. */
export function instant(at: number): string {
  return `${day(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;
}

/** A UTC day as `21 Nov 2026`. */
export function day(at: number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function wholePercent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole === 0) return '<1';
  return whole === 100 ? '>99' : String(whole);
}

function duration(seconds: number): string {
  if (seconds === 0) return 'none';
  if (seconds >= 3600) return `${Number((seconds / 3600).toFixed(1))} h`;
  return seconds >= 60 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
}

function bytes(value: number): string {
  if (value >= 1024 * 1024) return `${Math.round(value / 1024 / 1024)} MB`;
  return value >= 1024 ? `${Math.round(value / 1024)} kB` : `${value} B`;
}
