/**
 * Tallies as bytes. A subject with one report takes about 20: series are stored newest index first as differences, and
 * weights that are whole reports (most are) as their count.
 */
import type { RecentVerdict } from '../../reputation/recent.ts';
import type { Bucket, HostBucket, Tally } from '../../reputation/tally.ts';
import { UNIT } from '../../reputation/verdict.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** First byte of every record, so that a later layout can be told apart. */
const LAYOUT = 1;

const writer = new ByteWriter();

export function encodeTally(tally: Tally): Buffer {
  writer.number(LAYOUT);
  writer.number(Math.floor(tally.lastSeen / 1000));
  writeSeries(tally.quarters);
  writeSeries(tally.days);
  writeSeries(tally.months);
  writer.number(tally.hosts.length);
  for (const { bin, index, bad, good } of tally.hosts) {
    writer.number(bin);
    writer.number(index);
    writeWeight(bad);
    writeWeight(good);
  }
  writeRecent(tally.recent, Math.floor(tally.lastSeen / 1000));
  return writer.finish();
}

/** Throws a RangeError when the bytes are no tally: a damaged file, not an expected failure. */
export function decodeTally(bytes: Uint8Array): Tally {
  const reader = new ByteReader(bytes);
  const layout = reader.number();
  if (layout !== LAYOUT) throw new RangeError(`tally record of unknown layout ${layout}`);
  const lastSeen = reader.number() * 1000;
  const quarters = readSeries(reader);
  const days = readSeries(reader);
  const months = readSeries(reader);
  const hosts = readHosts(reader);
  return { quarters, days, months, hosts, lastSeen, recent: readRecent(reader, lastSeen / 1000) };
}

function writeSeries(buckets: readonly Bucket[]): void {
  writer.number(buckets.length);
  let previous = 0;
  for (const { index, bad, good, sources } of buckets) {
    writer.number(index - previous);
    previous = index;
    writeWeight(bad);
    writeWeight(good);
    writer.number(sources);
  }
}

function readSeries(reader: ByteReader): Bucket[] {
  const buckets: Bucket[] = [];
  let index = 0;
  for (let left = reader.number(); left > 0; left--) {
    index += reader.number();
    buckets.push({ index, bad: readWeight(reader), good: readWeight(reader), sources: reader.number() });
  }
  return buckets;
}

function readHosts(reader: ByteReader): HostBucket[] {
  const hosts: HostBucket[] = [];
  for (let left = reader.number(); left > 0; left--) {
    const bin = reader.number();
    hosts.push({ bin, index: reader.number(), bad: readWeight(reader), good: readWeight(reader) });
  }
  return hosts;
}

/** Times as seconds before the last; the two flags share a number with the tag. */
function writeRecent(recent: readonly RecentVerdict[], lastSeen: number): void {
  writer.number(recent.length);
  let previous = lastSeen;
  for (const { at, bad, trusted, tag, bin } of recent) {
    writer.number(previous - at / 1000);
    previous = at / 1000;
    writer.number(tag * 4 + (bad ? 2 : 0) + (trusted ? 1 : 0));
    writer.number(bin === null ? 0 : bin + 1);
  }
}

function readRecent(reader: ByteReader, lastSeen: number): RecentVerdict[] {
  const recent: RecentVerdict[] = [];
  let seconds = lastSeen;
  for (let left = reader.number(); left > 0; left--) {
    seconds -= reader.number();
    const flags = reader.number();
    const bin = reader.number();
    recent.push({
      at: seconds * 1000,
      bad: (flags & 2) !== 0,
      trusted: (flags & 1) !== 0,
      tag: Math.floor(flags / 4),
      bin: bin === 0 ? null : bin - 1,
    });
  }
  return recent;
}

function writeWeight(weight: number): void {
  writer.number(weight % UNIT === 0 ? (weight / UNIT) * 2 : weight * 2 + 1);
}

function readWeight(reader: ByteReader): number {
  const value = reader.number();
  return value % 2 === 0 ? (value / 2) * UNIT : (value - 1) / 2;
}
