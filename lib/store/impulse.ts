/**
 * From a verdict record to the change it makes: the foot of the cascade, and the weight there.
 */
import { createHash } from 'node:crypto';
import type { Impulse, LevelAbove } from '../reputation/cascade.ts';
import { tagOf } from '../reputation/recent.ts';
import { isRootKey, NAME_BYTES, namedKey, type RungKey, rungKey, rungLength } from '../reputation/rung.ts';
import {
  deltaOf,
  difference,
  EMPTY_TALLY,
  type Observation,
  type Tally,
  undoingDeltaOf,
} from '../reputation/tally.ts';
import { UNIT, weightOf } from '../reputation/verdict.ts';
import type { Reporter, VerdictRecord } from './port.ts';

/** Between a subject's key and a reporter. */
const REPORTER_MARK = '\u00ff';
/** Behind it, where a tally is of no evidence but of stances: whether the reporter agrees with the others on the subject. */
const STANCE = 's';

/**
 * What a record is evidence about: the subject of its address and, where it names one, the account. Each is a ladder of
 * its own, so that a stolen account stands out on whatever network it sends from, and a bad network whatever accounts it
 * uses.
 */
export function subjectsOf({
  ladder,
  account,
}: Pick<VerdictRecord, 'ladder' | 'account'>): readonly RungKey[] {
  const subject = rungKey(ladder.subject);
  return account === undefined ? [subject] : [subject, account];
}

/** What a record adds to its reporter's tally on each subject of it. */
export function impulsesOf(record: VerdictRecord): readonly Impulse[] {
  return observedOf(record).map(({ key, observation }) => ({ key, delta: deltaOf(observation) }));
}

/** What taking the record back does, but for what was forgotten: a subject, or a reporter on one. */
export function retractionsOf(
  record: VerdictRecord,
  isForgotten: (key: RungKey) => boolean = () => false,
): readonly Impulse[] {
  return observedOf(record)
    .filter(({ subject, key }) => !isForgotten(subject) && !isForgotten(key))
    .map(({ key, observation }) => ({ key, delta: undoingDeltaOf(observation) }));
}

/** The rung on which it is counted how far a reporter agrees with the others; its bad weight is subjects contradicted. */
export function standingKey(reporterId: string): RungKey {
  const digest = createHash('sha256').update(plainId(reporterId)).digest();
  return namedKey('reporter', digest.toString('latin1', 0, NAME_BYTES));
}

/** The tally of one reporter's stances on a subject: of no evidence, but of whether it agrees with the others. */
export function stanceKey(subject: RungKey, reporterName: string): RungKey {
  return `${subject}${REPORTER_MARK}${STANCE}${reporterName}`;
}

/** Whether a reporter's tally is of its stances. */
export function isStanceKey(key: RungKey): boolean {
  return isReporterKey(key) && key.charAt(rungLength(key) + REPORTER_MARK.length) === STANCE;
}

/** What a record says at the foot of a cascade. */
interface Observed {
  readonly subject: RungKey;
  readonly key: RungKey;
  readonly observation: Observation;
}

function observedOf(record: VerdictRecord): readonly Observed[] {
  const { ladder, account, reporter, stance, at } = record;
  const subject = rungKey(ladder.subject);
  const observed = [observedOn(record, subject)];
  if (account !== undefined) observed.push(observedOn(record, account));
  if (stance === undefined) return observed;
  const key = stanceKey(subject, plainId(reporter.id));
  const weight = stance === 'contradicts' ? { bad: UNIT, good: 0 } : { bad: 0, good: UNIT };
  observed.push({ subject, key, observation: { weight, at, bin: null, recent: null } });
  return observed;
}

function observedOn(record: VerdictRecord, subject: RungKey): Observed {
  return {
    subject,
    key: reporterKey(subject, record.reporter),
    observation: observationOf(record, subject),
  };
}

function observationOf(record: VerdictRecord, subject: RungKey): Observation {
  const { id, reporter, verdict, count, at } = record;
  // Hosts are told apart inside an end site, and nowhere else.
  const bin = subject === record.account ? null : record.bin;
  const weight = weightOf(verdict, count);
  const { trusted } = reporter;
  const recent = {
    at: Math.floor(at / 1000) * 1000,
    bad: weight.bad > 0,
    trusted,
    tag: tagOf(plainId(trusted ? id : reporter.id)),
    bin,
  };
  const isWeak = reporter.faint === true || weightOf(verdict).bad + weightOf(verdict).good < UNIT;
  return { weight, at, bin, recent: isWeak ? null : recent };
}

/**
 * The tally of one reporter on one subject. Trust is part of the key: what a reporter said while untrusted stays
 * saturated when trust is given later, and a level's sum stays exactly what its sources contribute.
 */
export function reporterKey(subject: string, reporter: Reporter): string {
  return `${subject}${REPORTER_MARK}${voiceOf(reporter)}${plainId(reporter.id)}`;
}

function voiceOf({ trusted, faint = false }: Reporter): 't' | 'u' | 'e' {
  if (trusted) return 't';
  return faint ? 'e' : 'u';
}

/**
 * The level above a reporter's tally, whose subject's key ends at `end`, and how it sees the tally: by the letter behind the
 * mark. Of stances each subject is one child of the reporter's standing.
 */
export function aboveReporter(key: RungKey, end: number): LevelAbove {
  const start = end + REPORTER_MARK.length;
  const voice = key.charAt(start);
  if (voice === STANCE) return { key: standingKey(key.slice(start + 1)), saturation: 'child' };
  const saturation = voice === 't' ? 'trusted-reporter' : voice === 'e' ? 'faint' : 'reporter';
  return { key: key.slice(0, end), saturation };
}

/**
 * The name of a reporter, or of one of its verdicts, in the keys of every store: short plain ids stand for themselves, any
 * other is known by its digest, behind a mark by which no plain id is likely to begin. Idempotent, so that what one store
 * kept can be found by another that never saw the id itself.
 */
export function plainId(id: string): string {
  if (/^[\x21-\x7e]{1,64}$/.test(id)) return id;
  // UTF-16, as ids that differ in half a character only are different.
  return `~${createHash('sha256').update(id, 'utf16le').digest('base64url')}`;
}

/** The keys of all reporters' tallies on a subject, from `start` up to but without `end`. */
export function reporterRange(subject: string): { readonly start: string; readonly end: string } {
  return { start: `${subject}${REPORTER_MARK}`, end: `${subject}${REPORTER_MARK}\u00ff` };
}

/**
 * What forgetting a subject does to itself and to what is wider: its whole tally, taken back; and to the standing of those who
 * spoke of it, whose tallies on it are `said`.
 */
export function forgettingOf(
  subject: RungKey,
  tally: Tally,
  said: Iterable<readonly [key: RungKey, tally: Tally]>,
): readonly Impulse[] {
  const impulses: Impulse[] = [{ key: subject, delta: difference(EMPTY_TALLY, tally) }];
  for (const [key, stances] of said) {
    if (isStanceKey(key)) impulses.push({ key, delta: difference(EMPTY_TALLY, stances) });
  }
  return impulses;
}

/** Whether a stored key is a reporter's tally: it goes on where a rung's key ends. */
export function isReporterKey(key: string): boolean {
  return !isRootKey(key) && key.length > rungLength(key);
}

/** The key of the subject that a reporter's tally is about. */
export function subjectKeyOf(reporterKey: RungKey): RungKey {
  return reporterKey.slice(0, rungLength(reporterKey));
}
