/** The list of newest verdicts: whatever the order and the grouping, the same newest few with one place a tag. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeRecent,
  joinRecent,
  NO_RECENT_CHANGE,
  RECENT_KEPT,
  type RecentVerdict,
  recentDifference,
  tagOf,
} from '../../lib/reputation/recent.ts';
import { anyOrderOf, anyRecent, batchesOf, SEED } from '../support/arbitraries.ts';
import { NOW } from '../support/records.ts';

const RUNS = { seed: SEED, numRuns: 1000 };
const anyList = fc.array(anyRecent, { maxLength: 24 });

describe('the list of newest verdicts', () => {
  it('is what sorting everything and taking the newest of each tag gives', () => {
    fc.assert(
      fc.property(anyList, (entries) => {
        expect(learn([entries])).toEqual(slowNewest(entries));
      }),
      RUNS,
    );
  });

  it('is the same in any order and in any batches', () => {
    const shuffled = anyList.chain((list) => fc.tuple(fc.constant(list), anyOrderOf(list)));
    fc.assert(
      fc.property(
        shuffled,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        ([list, other], sizes) => {
          expect(learn(batchesOf(other, sizes))).toEqual(learn([list]));
        },
      ),
      RUNS,
    );
  });

  it('is unchanged by what it already knows', () => {
    fc.assert(
      fc.property(anyList, (entries) => {
        const list = learn([entries]);
        expect(changeRecent(list, { come: entries, gone: [] })).toEqual(list);
        expect(changeRecent(list, NO_RECENT_CHANGE)).toBe(list);
      }),
      RUNS,
    );
  });

  it('takes two changes as one', () => {
    fc.assert(
      fc.property(anyList, anyList, anyList, (known, a, b) => {
        const list = learn([known]);
        // As reporters' lists give them: in order, one a tag.
        const [x, y] = [come(learn([a])), come(learn([b]))];
        expect(changeRecent(list, joinRecent(x, y))).toEqual(changeRecent(changeRecent(list, x), y));
        expect(changeRecent(list, joinRecent(y, x))).toEqual(changeRecent(list, joinRecent(x, y)));
      }),
      RUNS,
    );
  });

  it('takes what comes and then goes as one change, too', () => {
    const [kept, passing] = [entry(0, { tag: 1 }), entry(1, { tag: 2 })];
    const change = joinRecent(come([passing]), { come: [], gone: [passing] });
    expect(changeRecent([kept], change)).toEqual([kept]);
  });

  it('loses what either of two changes took away', () => {
    const [old, fresh] = [entry(5, { tag: 1 }), entry(1, { tag: 2 })];
    const change = joinRecent({ come: [], gone: [old] }, come([fresh]));
    expect(changeRecent([old], change)).toEqual([fresh]);
  });

  it('is reached from any other by the difference', () => {
    fc.assert(
      fc.property(anyList, anyList, (a, b) => {
        const [before, after] = [learn([a]), learn([b])];
        expect(changeRecent(before, recentDifference(after, before))).toEqual(after);
        expect(recentDifference(after, after)).toBe(NO_RECENT_CHANGE);
      }),
      RUNS,
    );
  });

  it(`keeps ${RECENT_KEPT}, newest first`, () => {
    const entries = Array.from({ length: RECENT_KEPT + 3 }, (_, i) => entry(i, { tag: i }));
    expect(learn([entries]).map(({ tag }) => tag)).toEqual(
      entries.slice(0, RECENT_KEPT).map(({ tag }) => tag),
    );
  });

  it('has one place for all that an untrusted reporter says: the newest', () => {
    const angry = Array.from({ length: 20 }, (_, i) => entry(i, { tag: tagOf('angry'), bad: true }));
    const other = entry(30, { tag: tagOf('other'), bad: false });
    expect(learn([[other, ...angry]])).toEqual([angry[0], other]);
  });

  it('has a place for every verdict of a trusted reporter, whose tags are those of the ids', () => {
    const entries = ['a', 'b', 'c'].map((id, i) => entry(i, { tag: tagOf(id), trusted: true }));
    expect(learn([entries])).toHaveLength(3);
  });

  it('loses exactly what is taken back', () => {
    fc.assert(
      fc.property(anyList, fc.nat(), (entries, choice) => {
        const list = learn([entries]);
        const gone = list[choice % Math.max(1, list.length)];
        if (gone === undefined) return;
        expect(changeRecent(list, { come: [], gone: [gone] })).toEqual(
          list.filter((other) => other !== gone),
        );
      }),
      RUNS,
    );
  });
});

describe('a tag', () => {
  it('has 16 bits, the folded FNV-1a of the id', () => {
    // FNV-1a 32: of the empty text 811c9dc5, of "a" e40c292c, of "foobar" bf9cf968 (the authors' test vectors).
    expect(tagOf('')).toBe(0x811c ^ 0x9dc5);
    expect(tagOf('a')).toBe(0xe40c ^ 0x292c);
    expect(tagOf('foobar')).toBe(0xbf9c ^ 0xf968);
  });

  it('is each of the 65,536 about equally often', () => {
    const tags = new Set(Array.from({ length: 2000 }, (_, i) => tagOf(`reporter-${i}`)));
    // 2,000 draws of 65,536 collide about 30 times.
    expect(tags.size).toBeGreaterThan(1940);
  });
});

function entry(age: number, changes: Partial<RecentVerdict> = {}): RecentVerdict {
  return { at: NOW - age * 1000, bad: true, trusted: false, tag: 0, bin: null, ...changes };
}

function come(entries: readonly RecentVerdict[]) {
  return { come: entries, gone: [] };
}

function learn(batches: readonly (readonly RecentVerdict[])[]): readonly RecentVerdict[] {
  return batches.reduce<readonly RecentVerdict[]>((list, batch) => changeRecent(list, come(batch)), []);
}

/** Newest first, ties by the fields in the order that the format lists them; then the first of each tag. */
function slowNewest(entries: readonly RecentVerdict[]): readonly RecentVerdict[] {
  const rank = ({ at, tag, bad, trusted, bin }: RecentVerdict) =>
    [at, tag, Number(bad), Number(trusted), bin ?? -1]
      .map((n) => (n + 1).toString().padStart(16, '0'))
      .join(' ');
  const sorted = entries.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1));
  return sorted
    .filter(({ tag }, i) => sorted.findIndex((other) => other.tag === tag) === i)
    .slice(0, RECENT_KEPT);
}
