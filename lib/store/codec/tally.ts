/**
 * Tallies as bytes. A subject with one report takes about 20: what is counted from is told once, the newest quarter-day with
 * anything in it, and every bucket by how far it lies before; weights that are nothing, and a single source, by no byte at
 * all; weights that are whole reports (most are) as their count.
 */
import { HeldTally } from '../../reputation/held-tally.ts';
import type { RecentVerdict } from '../../reputation/recent.ts';
import { NO_SERIES, Series, STRIDE } from '../../reputation/series.ts';
import { bucketIndex, type HostBucket, SERIES, type Tally } from '../../reputation/tally.ts';
import { UNIT } from '../../reputation/verdict.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** In the first number of every record, so that another layout can be told apart. The first told every index in full. */
const LAYOUT = 3;
/** How many layouts there may be: above them stands how far the newest quarter-day lies behind that of the last report. */
const LAYOUTS = 8;
/** More than a list of recent verdicts is long; above its length stands the number of hosts. */
const MOST_RECENT = 16;

/** What follows the head of a bucket, told in its lowest bits. */
const HAS_BAD = 1;
const HAS_GOOD = 2;
const HAS_SOURCES = 4;
/** Above them: how many buckets it lies before the one told before. */
const GAP = 8;
/** Of a host, which has no sources. */
const HOST_GAP = 4;

/** The lowest bits of the head of a recent verdict, below the seconds before the one told before. */
const IS_BAD = 1;
const IS_TRUSTED = 2;
const HAS_BIN = 4;
const SECONDS = 8;

const QUARTERS_A_DAY = SERIES.days.length / SERIES.quarters.length;
const QUARTERS_A_MONTH = SERIES.months.length / SERIES.quarters.length;

const NO_HOSTS: readonly HostBucket[] = [];
const NO_RECENT: readonly RecentVerdict[] = [];
const writer = new ByteWriter();

export function encodeTally(tally: Tally): Buffer {
  write(tally);
  return writer.finish();
}

/** As `encodeTally`, as a text of the bytes. */
export function tallyAsText(tally: Tally): string {
  write(tally);
  return writer.text();
}

function write(tally: Tally): void {
  const { quarters, days, months, hosts, lastSeen, recent } = tally;
  const seen = bucketIndex('quarters', lastSeen);
  const newest = newestQuarter(tally, seen);
  const month = Math.floor(newest / QUARTERS_A_MONTH);
  writer.number(LAYOUT + (newest - seen) * LAYOUTS);
  writer.number(Math.floor(lastSeen / 1000));
  writeSeries(quarters, newest);
  writeSeries(days, Math.floor(newest / QUARTERS_A_DAY));
  writeSeries(months, month);
  writer.number(recent.length + hosts.length * MOST_RECENT);
  writeHosts(hosts, month);
  writeRecent(recent, Math.floor(lastSeen / 1000));
}

/** Throws a RangeError when the bytes are no tally: a damaged file, not an expected failure. */
export function decodeTally(bytes: Uint8Array): Tally {
  const reader = new ByteReader(bytes);
  const first = reader.number();
  const layout = first % LAYOUTS;
  if (layout !== LAYOUT) throw new RangeError(`tally record of unknown layout ${layout}`);
  const seconds = reader.number();
  const lastSeen = whole(seconds * 1000);
  const newest = whole(bucketIndex('quarters', lastSeen) + Math.floor(first / LAYOUTS));
  const month = Math.floor(newest / QUARTERS_A_MONTH);
  const quarters = readSeries(reader, newest);
  const days = readSeries(reader, Math.floor(newest / QUARTERS_A_DAY));
  const months = readSeries(reader, month);
  const lists = reader.number();
  const hosts = readHosts(reader, Math.floor(lists / MOST_RECENT), month);
  const recent = readRecent(reader, lists % MOST_RECENT, seconds);
  return new HeldTally({ quarters, days, months, hosts, lastSeen, recent });
}

/** The newest quarter-day that any part of the tally reaches into. */
function newestQuarter({ quarters, days, months, hosts }: Tally, seen: number): number {
  const day = days.newest ?? 0;
  let month = months.newest ?? 0;
  for (const host of hosts) month = Math.max(month, host.index);
  return Math.max(seen, quarters.newest ?? 0, day * QUARTERS_A_DAY, month * QUARTERS_A_MONTH);
}

/** Newest first, as most lie close to the newest. */
function writeSeries({ length, numbers }: Series, newest: number): void {
  writer.number(length);
  let previous = newest;
  for (let at = numbers.length - STRIDE; at >= 0; at -= STRIDE) {
    const index = numbers[at] ?? 0;
    const bad = numbers[at + 1] ?? 0;
    const good = numbers[at + 2] ?? 0;
    const sources = numbers[at + 3] ?? 0;
    const flags = weightFlags(bad, good) + (sources === 1 ? 0 : HAS_SOURCES);
    writer.number((previous - index) * GAP + flags);
    previous = index;
    writeWeights(bad, good);
    if (sources !== 1) writer.number(sources);
  }
}

function readSeries(reader: ByteReader, newest: number): Series {
  const count = reader.number();
  if (count === 0) return NO_SERIES;
  // Of the right length at once: a list that grows has room for sixteen more, and most series are a bucket or two.
  const numbers = new Array<number>(atMost(count, reader) * STRIDE);
  let index = newest;
  for (let at = numbers.length - STRIDE; at >= 0; at -= STRIDE) {
    const head = reader.number();
    index = whole(index - Math.floor(head / GAP));
    numbers[at] = index;
    numbers[at + 1] = readWeight(reader, head & HAS_BAD);
    numbers[at + 2] = readWeight(reader, head & HAS_GOOD);
    numbers[at + 3] = (head & HAS_SOURCES) === 0 ? 1 : reader.number();
  }
  return new Series(numbers);
}

/** So many, each of a byte at least: a damaged record must not make room for more. */
function atMost(count: number, reader: ByteReader): number {
  if (count > reader.left) throw new RangeError('a stored record ends too early');
  return count;
}

/** In their order, which is that of their bins. */
function writeHosts(hosts: readonly HostBucket[], month: number): void {
  let previous = 0;
  for (const { bin, index, bad, good } of hosts) {
    writer.number((bin - previous) * HOST_GAP + weightFlags(bad, good));
    previous = bin;
    writer.number(month - index);
    writeWeights(bad, good);
  }
}

function readHosts(reader: ByteReader, count: number, month: number): readonly HostBucket[] {
  if (count === 0) return NO_HOSTS;
  const hosts = new Array<HostBucket>(atMost(count, reader));
  let bin = 0;
  for (let i = 0; i < count; i++) {
    const head = reader.number();
    bin = whole(bin + Math.floor(head / HOST_GAP));
    const index = whole(month - reader.number());
    const bad = readWeight(reader, head & HAS_BAD);
    hosts[i] = { bin, index, bad, good: readWeight(reader, head & HAS_GOOD) };
  }
  return hosts;
}

/** Newest first; times as seconds before the one before. */
function writeRecent(recent: readonly RecentVerdict[], lastSeen: number): void {
  let previous = lastSeen;
  for (const { at, bad, trusted, tag, bin } of recent) {
    const flags = (bad ? IS_BAD : 0) + (trusted ? IS_TRUSTED : 0) + (bin === null ? 0 : HAS_BIN);
    writer.number((previous - at / 1000) * SECONDS + flags);
    previous = at / 1000;
    writer.short(tag);
    if (bin !== null) writer.number(bin);
  }
}

function readRecent(reader: ByteReader, count: number, lastSeen: number): readonly RecentVerdict[] {
  if (count === 0) return NO_RECENT;
  const recent = new Array<RecentVerdict>(count);
  let seconds = lastSeen;
  for (let i = 0; i < count; i++) {
    const head = reader.number();
    seconds -= Math.floor(head / SECONDS);
    recent[i] = {
      at: whole(seconds * 1000),
      bad: (head & IS_BAD) !== 0,
      trusted: (head & IS_TRUSTED) !== 0,
      tag: reader.short(),
      bin: (head & HAS_BIN) === 0 ? null : reader.number(),
    };
  }
  return recent;
}

function weightFlags(bad: number, good: number): number {
  return (bad === 0 ? 0 : HAS_BAD) + (good === 0 ? 0 : HAS_GOOD);
}

function writeWeights(bad: number, good: number): void {
  if (bad !== 0) writeWeight(bad);
  if (good !== 0) writeWeight(good);
}

function writeWeight(weight: number): void {
  writer.number(weight % UNIT === 0 ? (weight / UNIT) * 2 : weight * 2 + 1);
}

function readWeight(reader: ByteReader, isThere: number): number {
  if (isThere === 0) return 0;
  const value = reader.number();
  return value % 2 === 0 ? whole((value / 2) * UNIT) : (value - 1) / 2;
}

/** Sums of what was read: numbers in a damaged record may come to more than can be counted exactly. */
function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError('a number in a stored tally is too large');
  return value;
}
