/**
 * From a verdict record to the change it makes: the path up the cascade and the weight at its foot.
 */
import { createHash } from 'node:crypto';
import { rungsAbove } from '../allocation/ladder.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Impulse, Step } from '../reputation/cascade.ts';
import { tagOf } from '../reputation/recent.ts';
import { type RungKey, rootKey, rungKey } from '../reputation/rung.ts';
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

/** What a record adds to its reporter's tally on the subject, and the levels above that may change in turn. */
export function impulseOf(record: VerdictRecord): Impulse {
  return { path: pathOf(record), delta: deltaOf(observationOf(record)) };
}

/** What taking the record back does. */
export function retractionOf(record: VerdictRecord): Impulse {
  return { path: pathOf(record), delta: undoingDeltaOf(observationOf(record)) };
}

function observationOf({ id, reporter, verdict, count, at, bin }: VerdictRecord): Observation {
  const weight = weightOf(verdict, count);
  const { trusted } = reporter;
  const recent = {
    at: Math.floor(at / 1000) * 1000,
    bad: weight.bad > 0,
    trusted,
    tag: tagOf(plainId(trusted ? id : reporter.id)),
    bin,
  };
  return { weight, at, bin, recent: weightOf(verdict).bad + weightOf(verdict).good < UNIT ? null : recent };
}

/**
 * The tally of one reporter on one subject. Trust is part of the key: what a reporter said while untrusted stays
 * saturated when trust is given later, and a level's sum stays exactly what its sources contribute.
 */
export function reporterKey(subject: string, reporter: Reporter): string {
  return `${subject}${REPORTER_MARK}${reporter.trusted ? 't' : 'u'}${plainId(reporter.id)}`;
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

/** What forgetting a subject does to itself and to what is wider: its whole tally, taken back. */
export function forgettingOf(subject: Prefix, tally: Tally): Impulse {
  const path = pathAbove(rungKey(subject), subject);
  return { path, delta: difference(EMPTY_TALLY, tally) };
}

/** Whether a stored key is a reporter's tally: it goes on where a rung's key, of a length given by its prefix, ends. */
export function isReporterKey(key: string): boolean {
  return key.length > 2 + ((key.charCodeAt(1) + 7) >> 3) && key.charCodeAt(0) >= 4;
}

/** The key of the subject that a reporter's tally is about. */
export function subjectKeyOf(reporterKey: RungKey): RungKey {
  return reporterKey.slice(0, 2 + ((reporterKey.charCodeAt(1) + 7) >> 3));
}

function pathOf({ ladder, reporter }: VerdictRecord): readonly Step[] {
  const subject = rungKey(ladder.subject);
  const saturation = reporter.trusted ? 'trusted-reporter' : 'reporter';
  return [{ key: reporterKey(subject, reporter), saturation }, ...pathAbove(subject, ladder.subject)];
}

function pathAbove(key: string, subject: Prefix): readonly Step[] {
  const wider = rungsAbove(subject).map(rungKey);
  return [key, ...wider, rootKey(subject.family)].map((rung) => ({ key: rung, saturation: 'child' }));
}
