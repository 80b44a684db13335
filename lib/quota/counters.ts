/**
 * What a sender has done lately, and whether its class of service lets it do more. Pure: the same counters, event, limits
 * and time always give the same ruling, so a store may run it again on what another writer left.
 */
import { forgottenAt, gcra } from './gcra.ts';
import { LEASE_MS, newSession, openAt, type Session, withoutSession, withSession } from './sessions.ts';

/** The limits of a class of service that are kept by counting. */
export const LIMIT_NAMES = [
  'concurrentConnections',
  'messagesPerConnection',
  'recipientsPerMessage',
  'errorsPerConnection',
  'messagesPerMinute',
  'messagesPerHour',
  'recipientsPerMinute',
  'recipientsPerHour',
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];
export type QuotaLimits = Readonly<Record<LimitName, number>>;

/** The limits over time, each with its period in milliseconds. */
export const RATES = {
  messagesPerMinute: 60_000,
  messagesPerHour: 3_600_000,
  recipientsPerMinute: 60_000,
  recipientsPerHour: 3_600_000,
} as const satisfies Partial<Record<LimitName, number>>;
export type RateName = keyof typeof RATES;

/** All that is remembered of one sender: a TAT (epoch microseconds) for each rate, and the sessions that are open. */
export interface Counters {
  readonly tats: Readonly<Record<RateName, number>>;
  readonly sessions: readonly Session[];
}

export const NO_COUNTERS: Counters = {
  tats: { messagesPerMinute: 0, messagesPerHour: 0, recipientsPerMinute: 0, recipientsPerHour: 0 },
  sessions: [],
};

export const EVENTS = ['connect', 'disconnect', 'message', 'recipient', 'error'] as const;
export type EventKind = (typeof EVENTS)[number];

export interface TrafficEvent {
  readonly kind: EventKind;
  /** How many messages, recipients or errors at once: all are let in or none. */
  readonly count: number;
  /** The mail server's name for the connection; empty when it gives none. */
  readonly session: string;
}

export interface Ruling {
  readonly allowed: boolean;
  /** The limit that stands in the way; when none does, the one that is nearest. */
  readonly limit: LimitName;
  /** How many more like events that limit allows now. */
  readonly remaining: number;
  /** Milliseconds until the event would be allowed: 0 when it is, null when time alone does not help. */
  readonly wait: number | null;
}

export interface Step {
  readonly ruling: Ruling;
  /** The counters afterwards; the very same object when nothing changed. */
  readonly counters: Counters;
}

/**
 * Rules on an event at `now` (epoch milliseconds), and counts it when it is allowed; errors are counted in any case, as
 * they have happened. An event of a named session that is not open opens it, as `connect` would: its own may have been
 * lost, or its lease have ended in a silence. Without a name what counts per connection is judged by this event alone.
 */
export function take(counters: Counters, event: TrafficEvent, limits: QuotaLimits, now: number): Step {
  const sessions = openAt(counters.sessions, now);
  if (event.kind === 'disconnect') return disconnect(counters, sessions, event, limits);
  const known = sessions.find(({ id }) => id !== '' && id === event.session);
  const isKept = event.session !== '' || event.kind === 'connect';
  const seat = seatCheck(sessions, known === undefined && isKept, event, limits);
  const before = known ?? newSession(event.session, now);
  const { tats, rateChecks } = rateChecksOf(counters.tats, event, limits, now);
  const own = event.kind === 'connect' ? seat : [connectionCheck(before, event, limits), ...rateChecks];
  const ruling = rulingOf([...seat, ...errorsBefore(before, event, limits)], own);
  const isSeated = seat.every(({ allowed }) => allowed);
  const counts = ruling.allowed || (event.kind === 'error' && isSeated);
  if (!counts || (!isKept && rateChecks.length === 0)) return { ruling, counters };
  const after = afterEvent(before, event, limits);
  if (!ruling.allowed && after === before) return { ruling, counters };
  const renewed = { ...after, until: now + LEASE_MS };
  return { ruling, counters: { tats, sessions: isKept ? withSession(sessions, renewed) : sessions } };
}

/** When counters have become as good as none: epoch milliseconds. */
export function emptyAt({ tats, sessions }: Counters): number {
  return Math.max(...Object.values(tats).map(forgottenAt), ...sessions.map(({ until }) => until));
}

function disconnect(
  counters: Counters,
  open: readonly Session[],
  { session }: TrafficEvent,
  { concurrentConnections }: QuotaLimits,
): Step {
  const sessions = withoutSession(open, session);
  const remaining = Math.max(0, concurrentConnections - sessions.length);
  const ruling = { allowed: true, limit: 'concurrentConnections', remaining, wait: 0 } as const;
  return { ruling, counters: sessions.length === open.length ? counters : { ...counters, sessions } };
}

/** Whether there is room for the session; nothing to check for an event of one that is open already, or of none. */
function seatCheck(
  open: readonly Session[],
  isNew: boolean,
  { kind }: TrafficEvent,
  limits: QuotaLimits,
): Ruling[] {
  return isNew || kind === 'connect'
    ? [within('concurrentConnections', limits, open.length, isNew ? 1 : 0)]
    : [];
}

/** The session once the event has happened in it. Errors beyond the limit are all alike. */
function afterEvent(session: Session, { kind, count }: TrafficEvent, limits: QuotaLimits): Session {
  switch (kind) {
    case 'message':
      return { ...session, messages: session.messages + count, recipients: 0 };
    case 'recipient':
      return { ...session, recipients: session.recipients + count };
    case 'error': {
      const errors = Math.min(session.errors + count, limits.errorsPerConnection + 1);
      return errors <= session.errors ? session : { ...session, errors };
    }
    default:
      return session;
  }
}

/** In a session that made too many errors nothing further happens. */
function errorsBefore({ errors }: Session, { kind }: TrafficEvent, limits: QuotaLimits): Ruling[] {
  return kind === 'message' || kind === 'recipient' ? [within('errorsPerConnection', limits, errors, 0)] : [];
}

/** What the event itself counts towards in its session. */
function connectionCheck(session: Session, { kind, count }: TrafficEvent, limits: QuotaLimits): Ruling {
  if (kind === 'message') return within('messagesPerConnection', limits, session.messages, count);
  if (kind === 'recipient') return within('recipientsPerMessage', limits, session.recipients, count);
  // Unlike anything else, errors that are too many have happened all the same.
  return within('errorsPerConnection', limits, session.errors + count, 0);
}

function rateChecksOf(
  tats: Counters['tats'],
  { kind, count }: TrafficEvent,
  limits: QuotaLimits,
  now: number,
): { readonly tats: Counters['tats']; readonly rateChecks: readonly Ruling[] } {
  const names = RATES_OF[kind];
  const moved: Partial<Record<RateName, number>> = {};
  const rateChecks = names.map((limit): Ruling => {
    const rate = { limit: limits[limit], period: RATES[limit] };
    const { conforms, tat, remaining, wait } = gcra(tats[limit], rate, count, now);
    moved[limit] = tat;
    return { allowed: conforms, limit, remaining, wait };
  });
  return { tats: { ...tats, ...moved }, rateChecks };
}

const RATES_OF: Readonly<Record<EventKind, readonly RateName[]>> = {
  connect: [],
  disconnect: [],
  message: ['messagesPerMinute', 'messagesPerHour'],
  recipient: ['recipientsPerMinute', 'recipientsPerHour'],
  error: [],
};

function within(limit: LimitName, limits: QuotaLimits, used: number, count: number): Ruling {
  const most = limits[limit];
  const allowed = used + count <= most;
  return {
    allowed,
    limit,
    remaining: Math.max(0, most - used - (allowed ? count : 0)),
    wait: allowed ? 0 : null,
  };
}

/** The check that fails for longest; when none does, the one of the event's own with the least left. */
function rulingOf(gates: readonly Ruling[], own: readonly Ruling[]): Ruling {
  const failing = [...gates, ...own].filter(({ allowed }) => !allowed);
  const longest = (check: Ruling): number => check.wait ?? Number.POSITIVE_INFINITY;
  const [first, ...rest] = failing.length > 0 ? failing : own;
  if (first === undefined) throw new RangeError('an event without a limit');
  return failing.length > 0
    ? rest.reduce((a, b) => (longest(b) > longest(a) ? b : a), first)
    : rest.reduce((a, b) => (b.remaining < a.remaining ? b : a), first);
}
