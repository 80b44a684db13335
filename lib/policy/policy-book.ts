/**
 * The policy book: the operator's editable table of what follows from a reputation. `policy-file.ts` reads one from YAML
 * or JSON; what it leaves out has the values here.
 */

/** Classes of service, best first; `local` is the operator's own side of the network. */
export const SERVICE_CLASSES = ['good', 'mixed', 'bad', 'unknown', 'local'] as const;
export type ServiceClass = (typeof SERVICE_CLASSES)[number];

/** What the mail server should do, mildest first. */
export const ACTIONS = ['accept', 'throttle', 'tempfail', 'reject'] as const;
export type Action = (typeof ACTIONS)[number];

/** The eleven limits of a class of service, and when a refused client should try again. */
export interface Limits {
  readonly concurrentConnections: number;
  readonly tarpitSeconds: number;
  readonly pipelining: boolean;
  readonly recipientsPerMessage: number;
  readonly bytesPerSecond: number;
  readonly messagesPerConnection: number;
  readonly errorsPerConnection: number;
  readonly messagesPerMinute: number;
  readonly recipientsPerMinute: number;
  readonly messagesPerHour: number;
  readonly recipientsPerHour: number;
  readonly retryAfterSeconds: number;
}

/** Stages of an operator's IPv6 roll-out: all may send, only the allow list may, nobody may. */
export const ROLLOUT_STAGES = ['open', 'allow-listed', 'closed'] as const;
export type RolloutStage = (typeof ROLLOUT_STAGES)[number];

/** Where a reputation turns into a decision; probabilities and weighted reports. */
export interface Thresholds {
  /** `tempfail` from this mean on: deferring is cheap and reversible. */
  readonly deferSpam: number;
  /** Reports on the subject itself that a deferral needs, unless the neighbourhood tells. */
  readonly deferObservations: number;
  /** A neighbourhood tells when its mean is at least this, */
  readonly neighbourhoodSpam: number;
  /** from at least this many distinct children. */
  readonly neighbourhoodObservations: number;
  /** `reject` needs this mean and */
  readonly rejectSpam: number;
  /** the optimistic end of the interval at this or worse; */
  readonly rejectLow: number;
  /** the last 30 days alone at this or worse, so that a good sender that was taken over is deferred, not refused; */
  readonly rejectMonth: number;
  /** over IPv6 a refusal is temporary until the optimistic end is at this or worse. */
  readonly rejectLowIpv6: number;
  /** `good` needs the pessimistic end of the interval at this or better. */
  readonly goodHigh: number;
  /** `unknown` below this many reports on the subject, when the neighbourhood says nothing either. */
  readonly unknownObservations: number;
}

export interface PolicyBook {
  readonly rollout: RolloutStage;
  readonly thresholds: Thresholds;
  readonly limits: Readonly<Record<ServiceClass, Limits>>;
  /** Limits for an unknown sender whose `fcrdns` and one of `spf` and `dkim` pass. */
  readonly verifiedUnknown: Limits;
  /** What an unknown IPv6 sender gets whose `fcrdns`, and whose `spf` and `dkim` too, are known to fail. */
  readonly failedUnknown: Action;
  /** For how many seconds an answer of the class may be cached. */
  readonly cacheSeconds: Readonly<Record<ServiceClass, number>>;
  /** The longest `retryAfterSeconds`; it doubles with the evidence up to here. */
  readonly maxRetryAfterSeconds: number;
  /** Start of the link in SMTP replies, the address is appended; null for no link. */
  readonly lookupUrl: string | null;
}

/** What a class may do. One accessor each: a name that varies would be looked for in the object every time. */
export function limitsOf({ limits }: PolicyBook, of: ServiceClass): Limits {
  switch (of) {
    case 'good':
      return limits.good;
    case 'mixed':
      return limits.mixed;
    case 'bad':
      return limits.bad;
    case 'unknown':
      return limits.unknown;
    case 'local':
      return limits.local;
  }
}

const KB = 1024;

/**
 * The built-in book.
 *
 * Limits: order of magnitude from Haraka's limit plugin (concurrency 10 / 2 / 1, recipients 50 / 5 / 1 by history) and
 * Cisco ESA's flow policies (THROTTLED: 10 messages a session, 20 recipients a message and an hour). Thresholds: chosen by
 * `npm run bench:accuracy`.
 */
export const DEFAULT_POLICY_BOOK: PolicyBook = {
  rollout: 'open',
  thresholds: {
    deferSpam: 0.6,
    deferObservations: 1.5,
    neighbourhoodSpam: 0.6,
    neighbourhoodObservations: 2,
    rejectSpam: 0.9,
    rejectLow: 0.7,
    rejectMonth: 0.7,
    rejectLowIpv6: 0.85,
    goodHigh: 0.2,
    unknownObservations: 2,
  },
  limits: {
    good: {
      concurrentConnections: 50,
      tarpitSeconds: 0,
      pipelining: true,
      recipientsPerMessage: 500,
      bytesPerSecond: 10_000 * KB,
      messagesPerConnection: 200,
      errorsPerConnection: 20,
      messagesPerMinute: 600,
      recipientsPerMinute: 3000,
      messagesPerHour: 20_000,
      recipientsPerHour: 100_000,
      retryAfterSeconds: 60,
    },
    mixed: {
      concurrentConnections: 10,
      tarpitSeconds: 1,
      pipelining: true,
      recipientsPerMessage: 50,
      bytesPerSecond: 500 * KB,
      messagesPerConnection: 20,
      errorsPerConnection: 5,
      messagesPerMinute: 30,
      recipientsPerMinute: 100,
      messagesPerHour: 600,
      recipientsPerHour: 2000,
      retryAfterSeconds: 300,
    },
    bad: {
      concurrentConnections: 1,
      tarpitSeconds: 10,
      pipelining: false,
      recipientsPerMessage: 1,
      bytesPerSecond: KB,
      messagesPerConnection: 1,
      errorsPerConnection: 1,
      messagesPerMinute: 1,
      recipientsPerMinute: 1,
      messagesPerHour: 1,
      recipientsPerHour: 1,
      retryAfterSeconds: 900,
    },
    unknown: {
      concurrentConnections: 2,
      tarpitSeconds: 2,
      pipelining: false,
      recipientsPerMessage: 10,
      bytesPerSecond: 100 * KB,
      messagesPerConnection: 5,
      errorsPerConnection: 3,
      messagesPerMinute: 5,
      recipientsPerMinute: 20,
      messagesPerHour: 60,
      recipientsPerHour: 200,
      retryAfterSeconds: 300,
    },
    local: {
      concurrentConnections: 200,
      tarpitSeconds: 0,
      pipelining: true,
      recipientsPerMessage: 1000,
      bytesPerSecond: 100_000 * KB,
      messagesPerConnection: 1000,
      errorsPerConnection: 100,
      messagesPerMinute: 6000,
      recipientsPerMinute: 60_000,
      messagesPerHour: 100_000,
      recipientsPerHour: 1_000_000,
      retryAfterSeconds: 60,
    },
  },
  verifiedUnknown: {
    concurrentConnections: 5,
    tarpitSeconds: 0,
    pipelining: true,
    recipientsPerMessage: 50,
    bytesPerSecond: 500 * KB,
    messagesPerConnection: 20,
    errorsPerConnection: 5,
    messagesPerMinute: 20,
    recipientsPerMinute: 100,
    messagesPerHour: 300,
    recipientsPerHour: 1000,
    retryAfterSeconds: 300,
  },
  failedUnknown: 'tempfail',
  cacheSeconds: { good: 300, mixed: 120, bad: 300, unknown: 60, local: 3600 },
  maxRetryAfterSeconds: 14_400,
  lookupUrl: null,
};
