/**
 * From a verdict record to the change it makes: the path up the cascade and the weight at its foot.
 */
import type { Impulse, Step } from '../reputation/cascade.ts';
import { tagOf } from '../reputation/recent.ts';
import { rootKey, rungKey } from '../reputation/rung.ts';
import { deltaOf, type Observation, undoingDeltaOf } from '../reputation/tally.ts';
import { UNIT, weightOf } from '../reputation/verdict.ts';
import type { Reporter, VerdictRecord } from './port.ts';

/** Between a subject's key and a reporter: 0xff starts no family, so these keys meet no rung's. */
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
    tag: tagOf(trusted ? id : reporter.id),
    bin,
  };
  return { weight, at, bin, recent: weightOf(verdict).bad + weightOf(verdict).good < UNIT ? null : recent };
}

/**
 * The tally of one reporter on one subject. Trust is part of the key: what a reporter said while untrusted stays
 * saturated when trust is given later, and a level's sum stays exactly what its sources contribute.
 */
export function reporterKey(subject: string, reporter: Reporter): string {
  return `${subject}${REPORTER_MARK}${reporter.trusted ? 't' : 'u'}${reporter.id}`;
}

export function isReporterKey(key: string): boolean {
  return key.includes(REPORTER_MARK);
}

function pathOf({ ladder, reporter }: VerdictRecord): readonly Step[] {
  const subject = rungKey(ladder.subject);
  const path: Step[] = [
    { key: reporterKey(subject, reporter), saturation: reporter.trusted ? 'trusted-reporter' : 'reporter' },
    { key: subject, saturation: 'child' },
  ];
  for (const ancestor of ladder.ancestors) path.push({ key: rungKey(ancestor), saturation: 'child' });
  path.push({ key: rootKey(ladder.subject.family), saturation: 'child' });
  return path;
}
