/**
 * Marks: how far a tally has applied each shard of the stream.
 *
 * A shard's records carry growing sequence numbers and first come in order, so the highest number applied says of every
 * record whether its change is in the tally: whatever is delivered twice, late or in overlapping batches changes nothing.
 * A record leaves the stream after 24 hours; a mark of a shard that was silent for longer can be dropped.
 */
import { createHash } from 'node:crypto';
import { ByteReader, ByteWriter } from '../../codec/bytes.ts';

/** Where a record stands in the stream. */
export interface Place {
  /** A short name of the shard (see `shardName`). */
  readonly shard: string;
  /** Up to 40 decimal digits. */
  readonly sequence: string;
}

export interface Mark extends Place {
  /** The hour since the epoch in which the mark last moved. */
  readonly hour: number;
}

const HOUR = 3_600_000;
/** The stream keeps records for 24 hours. */
const KEPT_HOURS = 25;
/** Eight bytes: among the thousand shards of a busy day two alike are one in 10^13. */
const NAME_BYTES = 8;

const writer = new ByteWriter();

/** A shard's id, shortened to what fits into every tally. */
export function shardName(id: string): string {
  return createHash('sha256').update(id).digest('binary').slice(0, NAME_BYTES);
}

/** Negative when `a` comes before `b` in their shard, 0 when they are the same. */
export function compareSequence(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (x.length !== y.length) return x.length - y.length;
  return x === y ? 0 : x < y ? -1 : 1;
}

export function isApplied(marks: readonly Mark[], { shard, sequence }: Place): boolean {
  const mark = marks.find((other) => other.shard === shard);
  return mark !== undefined && compareSequence(sequence, mark.sequence) <= 0;
}

/** The marks once records at these places are applied, at time `now` (epoch milliseconds). */
export function withApplied(marks: readonly Mark[], places: readonly Place[], now: number): readonly Mark[] {
  const hour = Math.floor(now / HOUR);
  const kept = new Map(
    marks.filter((mark) => hour - mark.hour <= KEPT_HOURS).map((mark) => [mark.shard, mark]),
  );
  for (const { shard, sequence } of places) {
    const before = kept.get(shard);
    const isLater = before === undefined || compareSequence(sequence, before.sequence) > 0;
    if (isLater) kept.set(shard, { shard, sequence, hour });
  }
  return [...kept.values()];
}

export function encodeMarks(marks: readonly Mark[]): Uint8Array {
  writer.number(marks.length);
  for (const { shard, sequence, hour } of marks) {
    writer.bytes(shard);
    writer.number(hour);
    const digits = BigInt(sequence).toString(16);
    writer.bytes(
      Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('latin1'),
    );
  }
  return writer.finish();
}

/** Throws a RangeError when the bytes are no marks. */
export function decodeMarks(bytes: Uint8Array): readonly Mark[] {
  const reader = new ByteReader(bytes);
  return Array.from({ length: reader.number() }, () => {
    const shard = reader.bytes();
    const hour = reader.number();
    const digits = Buffer.from(reader.bytes(), 'latin1').toString('hex');
    return { shard, hour, sequence: BigInt(`0x${digits || '0'}`).toString() };
  });
}
