/**
 * What the store in memory keeps: maps by the same keys as the durable ones use.
 */
import type { RungKey } from '../../reputation/rung.ts';
import type { Tally } from '../../reputation/tally.ts';
import { plainId } from '../impulse.ts';
import type { VerdictRecord } from '../port.ts';
import type { AuditEntry, Json, RecordKind } from '../records.ts';
import type { LoadMark } from '../state.ts';

export interface KeptVerdict {
  readonly record: VerdictRecord;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

export interface Kept {
  readonly tallies: Map<RungKey, Tally>;
  /** By `verdictKey`. */
  readonly verdicts: Map<string, KeptVerdict>;
  /** By subject, or reporter on a subject: until when verdicts are forgotten, epoch milliseconds. */
  readonly forgotten: Map<RungKey, number>;
  readonly records: Map<RecordKind, Map<string, Json>>;
  readonly revisions: Map<RecordKind, number>;
  /** Oldest first. */
  readonly audit: AuditEntry[];
  readonly blobs: Map<string, Uint8Array>;
  load: LoadMark | null;
}

export function nothingKept(): Kept {
  return {
    tallies: new Map(),
    verdicts: new Map(),
    forgotten: new Map(),
    records: new Map(),
    revisions: new Map(),
    audit: [],
    blobs: new Map(),
    load: null,
  };
}

export function verdictKey(reporterId: string, id: string): string {
  return `${plainId(reporterId)}\0${plainId(id)}`;
}
