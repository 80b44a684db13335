/**
 * Operator entries on the wire: the body of a PUT with its faults by field, and the entry as JSON text.
 */
import * as z from 'zod/mini';
import type { Allocation } from '../../allocation/allocation.ts';
import {
  allocationOf,
  type EntryFault,
  entryOf,
  operatorEntrySchema,
} from '../../allocation/operator-entry.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { fail, type Result } from '../../result.ts';
import type { Failure } from '../problem.ts';
import { formatTime } from './time.ts';

/** Parses the body of a PUT for a block; `date` is epoch seconds. Every field at fault is named. */
export function parseEntry(prefix: Prefix, body: unknown, date: number): Result<Allocation, Failure> {
  const parsed = z.safeParse(operatorEntrySchema, body);
  if (!parsed.success) return refuse(parsed.error.issues.flatMap(describeIssue));
  const allocation = allocationOf(prefix, parsed.data, date);
  return allocation.ok ? allocation : refuse(allocation.error.map(describeFault));
}

/** JSON text of an entry: every field it has, the defaults included. */
export function entryText(allocation: Allocation): string {
  const { prefix, date } = allocation;
  return JSON.stringify({
    prefix: formatPrefix(prefix),
    ...entryOf(allocation),
    date: formatTime(date * 1000),
  });
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(() => 'body: there is a field it does not take');
  const [field = 'body'] = issue.path;
  return [`${String(field)}: ${issue.message}`];
}

function describeFault({ field, detail }: EntryFault): string {
  return `${field}: ${detail}`;
}

function refuse(faults: readonly string[]): Result<never, Failure> {
  return fail({ kind: 'bad-body', detail: [...new Set(faults)].join('; ') });
}
