/**
 * What the readers of published allocations give back, row by row.
 */
import { fail, type Result } from '../result.ts';
import type { Allocation } from './allocation.ts';

/** A line, or an object by its first line, that was not believed or not understood; the rest of the file still counts. */
export interface RowRefusal {
  /** From 1. */
  readonly line: number;
  /** A sentence for the person who imports. */
  readonly reason: string;
  /** The start of what stood there. */
  readonly text: string;
}

export type PublishedRow = Result<Allocation, RowRefusal>;

const EXCERPT = 120;

export function refuseRow(line: number, reason: string, text: string): Result<never, RowRefusal> {
  return fail({ line, reason, text: text.length > EXCERPT ? `${text.slice(0, EXCERPT)}...` : text });
}
