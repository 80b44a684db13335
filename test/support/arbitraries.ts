/** Generators of what the reputation is made of: verdicts crowded into a few blocks, tallies, lists of newest verdicts. */
import fc from 'fast-check';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { hostOf, networkOf } from '../../lib/allocation/network.ts';
import { hostBin } from '../../lib/reputation/host.ts';
import type { RecentVerdict } from '../../lib/reputation/recent.ts';
import { changeRecent } from '../../lib/reputation/recent.ts';
import { Series } from '../../lib/reputation/series.ts';
import { bucketIndex, HOST_BINS, SERIES, type SeriesName, type Tally } from '../../lib/reputation/tally.ts';
import { VERDICTS } from '../../lib/reputation/verdict.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { allocationOf, allocationsOf } from './allocations.ts';
import { DAY, HOUR, mustAddress, NOW } from './records.ts';

export const SEED = 42;

/** End sites of every sort: the default /64 and /32, a published /56, /61 and /124, one shared by many. */
export const CROWDED = allocationsOf(
  allocationOf('2a00:1450:200::/40', { origin: 'prefixlen', endSiteLength: 56 }),
  allocationOf('2a00:1450:300::/40', { origin: 'prefixlen', endSiteLength: 61, endSites: 9 }),
  allocationOf('2a00:1450:101:100::/64', { origin: 'prefixlen', endSiteLength: 124 }),
  allocationOf('198.35.3.0/24', { origin: 'prefixlen', endSiteLength: 29 }),
);

/** Hosts of three /40s of one /32 and of three /24s of one /16, near enough to share rungs at every level. */
export const anyHost: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.nat(1), fc.nat(2), fc.nat(4))
    .map(([region, site, subnet, host]) => `2a00:1450:${region}0${site}:${subnet}00::${host + 1}`),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(9)).map(([block, host]) => `198.35.${block}.${host}`),
);

/** One verdict of one of five reporters, the operator's own among them; mostly of the last days, some a month old. */
export const anyRecord: fc.Arbitrary<VerdictRecord> = fc
  .record({
    id: fc.uuid(),
    host: anyHost,
    reporter: fc.constantFrom('local', 'r1', 'r2', 'r3', 'r4'),
    verdict: fc.constantFrom('spam', 'ham', 'ham', ...VERDICTS),
    count: fc.constantFrom(1, 1, 1, 2, 40, 5000),
    age: fc.oneof(
      fc.integer({ min: 0, max: 6 * HOUR }),
      fc.integer({ min: 0, max: 4 * DAY }),
      fc.integer({ min: 0, max: 30 * DAY }),
    ),
  })
  .map(({ host, reporter, age, ...said }) => ({
    ...said,
    ...placeOf(host),
    reporter: { id: reporter, trusted: reporter === 'local' },
    at: NOW - age,
  }));

export const anyHistory = fc.uniqueArray(anyRecord, {
  minLength: 1,
  maxLength: 60,
  selector: ({ id }) => id,
});

/** A list with the same elements in any order. */
export function anyOrderOf<T>(list: readonly T[]): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...list], { minLength: list.length });
}

/** The list cut into batches of the given sizes, over and over. */
export function batchesOf<T>(list: readonly T[], sizes: readonly number[]): T[][] {
  const batches: T[][] = [];
  for (let at = 0, turn = 0; at < list.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    batches.push(list.slice(at, at + size));
    at += size;
  }
  return batches;
}

const seconds = fc.integer({ min: 0, max: 30 * 24 * 3600 }).map((age) => Math.floor(NOW / 1000 - age) * 1000);
export const anyRecent: fc.Arbitrary<RecentVerdict> = fc.record({
  at: fc.oneof(seconds, fc.constantFrom(NOW, NOW - 1000, NOW - 2000)),
  bad: fc.boolean(),
  trusted: fc.boolean(),
  tag: fc.oneof(fc.nat(0xffff), fc.nat(4)),
  bin: fc.option(fc.nat(HOST_BINS - 1)),
});

const weight = fc.oneof(
  fc.nat(2_000_000),
  fc.nat(2000).map((units) => units * 1000),
  fc.constant(0),
);

/** A tally as stores hold it: buckets in order, nothing negative, the newest verdicts no newer than `lastSeen`. */
export const anyTally: fc.Arbitrary<Tally> = fc
  .record({
    quarters: anySeries('quarters'),
    days: anySeries('days'),
    months: anySeries('months'),
    hosts: fc.uniqueArray(
      fc.record({
        bin: fc.nat(HOST_BINS - 1),
        index: fc.integer({ min: 0, max: 2 }).map((age) => bucketIndex('months', NOW) - age),
        bad: fc.integer({ min: 1, max: 2_000_000 }),
        good: weight,
      }),
      { maxLength: 9, selector: ({ bin, index }) => `${bin} ${index}` },
    ),
    recent: fc.array(anyRecent, { maxLength: 9 }),
    seen: seconds,
  })
  .map(({ hosts, recent, seen, ...series }) => {
    const list = changeRecent([], { come: recent, gone: [] });
    return {
      ...series,
      hosts: hosts.toSorted((a, b) => a.bin - b.bin || a.index - b.index),
      recent: list,
      lastSeen: Math.max(seen, list[0]?.at ?? 0),
    };
  });

function anySeries(series: SeriesName): fc.Arbitrary<Series> {
  const { keep } = SERIES[series];
  return fc
    .uniqueArray(
      fc.record({
        // A few have left the window: stores drop them only when they next write.
        index: fc.nat(keep + 2).map((age) => bucketIndex(series, NOW) - age),
        bad: weight,
        good: weight,
        sources: fc.integer({ min: 1, max: 5 }),
      }),
      { maxLength: 6, selector: ({ index }) => index },
    )
    .map((list) => Series.of(list.toSorted((a, b) => a.index - b.index)));
}

/** Where a verdict about the host goes, under the crowded allocations. */
export function placeOf(text: string): Pick<VerdictRecord, 'ladder' | 'bin'> {
  const network = networkOf(mustAddress(text), CROWDED);
  if (network.subject === null) throw new Error(`${text} is not rateable`);
  return { ladder: ladderOf(network.subject), bin: hostBin(hostOf(network), network.subject) };
}
