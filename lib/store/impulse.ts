/**
 * From a verdict record to the change it makes: the path up the cascade and the weight at its foot.
 */
import type { Impulse, Step } from '../reputation/cascade.ts';
import { rootKey, rungKey } from '../reputation/rung.ts';
import { observation } from '../reputation/tally.ts';
import { type Weight, weightOf } from '../reputation/verdict.ts';
import type { Reporter, VerdictRecord } from './port.ts';

/** Between a subject's key and a reporter: 0xff starts no family, so these keys meet no rung's. */
const REPORTER_MARK = '\u00ff';

/** What a record adds to its reporter's tally on the subject, and the levels above that may change in turn. */
export function impulseOf(record: VerdictRecord): Impulse {
  return {
    path: pathOf(record),
    delta: observation(weightOf(record.verdict, record.count), record.at, record.bin),
  };
}

/** What taking the record back does: the same with signs turned. */
export function retractionOf(record: VerdictRecord): Impulse {
  const { bad, good } = weightOf(record.verdict, record.count);
  const undo: Weight = { bad: -bad, good: -good };
  const { lastSeen: _, ...delta } = observation(undo, record.at, record.bin, -1);
  return { path: pathOf(record), delta: { ...delta, lastSeen: 0 } };
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
