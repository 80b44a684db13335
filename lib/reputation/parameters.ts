/**
 * The numbers of the reputation's maths. Each says where it comes from: a source, or the row of the accuracy benchmark
 * (`npm run bench:accuracy`) that chose it.
 */
import type { SeriesName } from './tally.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** One step of a chain: evidence of one speed, with what the slower step concluded as its prior. */
export interface TimeScale {
  /** Which series of the tally carries it. */
  readonly series: SeriesName;
  /** Milliseconds in which a bucket's weight halves, counted from the bucket's end. */
  readonly halfLife: number;
  /** Pseudo-counts given to the prior. */
  readonly strength: number;
}

/** Share of unwanted mail assumed before the service has seen any, and the pseudo-counts behind it. */
export const FIRST_BASE_RATE = { spam: 0.2, strength: 10 } as const;

/** The service's own running base rate: a year, so that a quiet week does not forget what mail is like. */
export const ROOT_SCALE: TimeScale = {
  series: 'months',
  halfLife: 365 * DAY,
  strength: FIRST_BASE_RATE.strength,
};

/** Time scales of an ancestor, slowest first: what its children did lately, then in the last days. */
export const ANCESTOR_SCALES: readonly TimeScale[] = [
  { series: 'months', halfLife: 30 * DAY, strength: 2 },
  { series: 'days', halfLife: 3 * DAY, strength: 4 },
];

/**
 * Time scales of a subject, slowest first: a year is the prior for 30 days, that for 3 days, that for 6 hours; so a good
 * host that turns bad is caught within a few messages, and a cleaned one is forgiven in days.
 */
export const SUBJECT_SCALES: readonly TimeScale[] = [
  { series: 'months', halfLife: 365 * DAY, strength: 1 },
  { series: 'months', halfLife: 30 * DAY, strength: 2 },
  { series: 'days', halfLife: 3 * DAY, strength: 3 },
  { series: 'quarters', halfLife: 6 * HOUR, strength: 3 },
];
/** Which of the subject's scales is quoted as `observations`: 30 days. */
export const OBSERVED_SCALE = 1;

/** Inside a mixed end site, the host's own months with the end site as prior. */
export const HOST_SCALE: TimeScale = { series: 'months', halfLife: 30 * DAY, strength: 2 };

/** An end site is mixed when, over 30 days, at least this much evidence is split at least this evenly. */
export const MIXED_SITE = { observations: 5, share: 0.02 } as const;

/** Probability mass of the interval. */
export const INTERVAL_MASS = 0.9;
/** The most that slower evidence may count for in the interval: the past never proves the present beyond this. */
export const CARRIED_STRENGTH = 12;

/**
 * Others' word on a subject is clear when, over 30 days, this many reports of theirs stand behind it. That is the word of three
 * untrusted reporters or more, or of a trusted one that saw several messages.
 */
export const CLEAR_WORD = 3;

/**
 * A reporter is hardly heard when it contradicts all others on more than `limit` of the subjects counted. Beforehand it is
 * taken to be wrong one time in ten, as in `TURN`, on the strength of ten subjects: it takes nine with no agreement at all,
 * and one that agrees on as many is never faint for the hosts that it was the first to see turn. The benchmark has no row for
 * this: its liars are known by their reports alone.
 */
export const DISSENT = {
  scale: { series: 'months', halfLife: 30 * DAY, strength: 10 },
  prior: 0.1,
  limit: 0.5,
} as const;

/**
 * The test for a turn: the share of spam from a taken-over and from a cleaned host, how likely a change is beforehand, and
 * how far a single report may be trusted (an untrusted reporter is taken to be wrong one time in ten).
 */
export const TURN = {
  badRate: 0.9,
  goodRate: 0.05,
  chance: 0.03,
  trustedDoubt: 0.02,
  untrustedDoubt: 0.07,
  halfLife: DAY,
} as const;
