/** Tallies and verdicts as bytes: what is written is read again, and damage is called damage. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NAME_BYTES, namedKey, rungsOf } from '../../lib/reputation/rung.ts';
import { Series } from '../../lib/reputation/series.ts';
import { STANCES } from '../../lib/reputation/stance.ts';
import { EMPTY_TALLY, type Tally } from '../../lib/reputation/tally.ts';
import { ByteReader, ByteWriter, decodeNumber, encodeNumber } from '../../lib/store/codec/bytes.ts';
import { decodeTally, encodeTally } from '../../lib/store/codec/tally.ts';
import { decodeVerdict, encodeVerdict, receivedAtOf } from '../../lib/store/codec/verdict.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { anyHistory, anyRecord, anyTally, SEED } from '../support/arbitraries.ts';
import { DAY, HOUR, NOW, recordOf } from '../support/records.ts';

const TALLY_LAYOUT = 3;
const VERDICT_LAYOUT = 4;

const RUNS = { seed: SEED, numRuns: 500 };
const anyNumber = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(300),
  fc.constantFrom(0, 127, 128, 16_383, 16_384, 2 ** 32, Number.MAX_SAFE_INTEGER),
);

describe('a number as bytes', () => {
  it.each([
    [0, [0]],
    [127, [127]],
    [128, [0x80, 1]],
    [300, [0xac, 2]],
    [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('%i is %j, seven bits a byte', (value, bytes) => {
    expect([...encodeNumber(value)]).toEqual(bytes);
  });

  it('comes back, alone and in a row', () => {
    fc.assert(
      fc.property(fc.array(anyNumber), (numbers) => {
        const writer = new ByteWriter();
        for (const number of numbers) writer.number(number);
        const reader = new ByteReader(writer.finish());
        expect(numbers.map(() => reader.number())).toEqual(numbers);
        expect(() => reader.number()).toThrow(RangeError);
      }),
      RUNS,
    );
  });

  it('cannot be negative: the writer refuses it and goes on with a clean sheet', () => {
    const writer = new ByteWriter();
    writer.number(7);
    expect(() => writer.number(-1)).toThrow(RangeError);
    writer.number(8);
    expect([...writer.finish()]).toEqual([8]);
  });

  it('ends with the record, even where the memory behind it goes on', () => {
    const shared = Buffer.from([0x80, 0x80, 1, 5]);
    const record = shared.subarray(0, 2);
    expect(() => decodeNumber(record)).toThrow(RangeError);
    // As the lmdb package hands out records: one wide buffer whose length is set to the record's.
    Object.defineProperty(shared, 'length', { value: 2 });
    expect(() => decodeNumber(shared)).toThrow(RangeError);
  });

  it('is no number when it is beyond what can be counted exactly', () => {
    expect(() => decodeNumber(Uint8Array.of(...new Array<number>(8).fill(0xff), 0x7f))).toThrow(RangeError);
    expect(() => decodeNumber(new Uint8Array(5000).fill(0xff))).toThrow(RangeError);
  });
});

describe('a text of bytes', () => {
  it('comes back, whatever the bytes and however long', () => {
    const text = fc.array(fc.nat(255), { maxLength: 300 }).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
        const writer = new ByteWriter();
        for (const one of texts) writer.bytes(one);
        const reader = new ByteReader(writer.finish());
        expect(texts.map(() => reader.bytes())).toEqual(texts);
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it('is damage when its end is missing', () => {
    expect(() => new ByteReader(Uint8Array.of(5, 65, 66)).bytes()).toThrow(RangeError);
  });
});

describe('a tally as bytes', () => {
  it('comes back', () => {
    fc.assert(
      fc.property(anyTally, (tally) => {
        expect(decodeTally(encodeTally(tally))).toEqual(tally);
      }),
      RUNS,
    );
  });

  it('comes back as a store made it', () => {
    fc.assert(
      fc.property(anyHistory, (records) => {
        const store = new MemoryStore();
        store.record(records, NOW);
        for (const tally of talliesOf(store, records)) expect(decodeTally(encodeTally(tally))).toEqual(tally);
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it('is small: about twenty bytes for one report', () => {
    const store = new MemoryStore();
    const record = recordOf('198.35.26.96');
    const inNetwork = recordOf('2a00:1450:4001:81b::5');
    store.record([record, inNetwork], NOW);
    const [subject = EMPTY_TALLY, ancestor = EMPTY_TALLY] = talliesOf(store, [record]);
    const [endSite = EMPTY_TALLY] = talliesOf(store, [inNetwork]);
    expect(encodeTally(subject).length).toBeLessThanOrEqual(20);
    expect(encodeTally(endSite).length).toBeLessThanOrEqual(25);
    expect(encodeTally(ancestor).length).toBeLessThanOrEqual(15);
    expect(encodeTally(EMPTY_TALLY).length).toBeLessThanOrEqual(8);
  });

  it('is damage wherever it is cut', () => {
    fc.assert(
      fc.property(anyTally, fc.nat(), (tally, at) => {
        const bytes = encodeTally(tally);
        expect(() => decodeTally(bytes.subarray(0, at % bytes.length))).toThrow(RangeError);
      }),
      RUNS,
    );
  });

  it('is a tally of whole numbers or damage, whatever byte was changed', () => {
    fc.assert(
      fc.property(anyTally, fc.nat(), fc.nat(255), (tally, at, value) => {
        const bytes = encodeTally(tally);
        bytes[at % bytes.length] = value;
        expectWholeOrDamage(() => decodeTally(bytes));
      }),
      RUNS,
    );
  });

  it('is a tally of whole numbers or damage, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectWholeOrDamage(() => decodeTally(bytes));
        expectWholeOrDamage(() => decodeTally(Uint8Array.of(TALLY_LAYOUT, ...bytes)));
      }),
      RUNS,
    );
  });

  it('is refused in a layout of an earlier or a later version', () => {
    for (const layout of [TALLY_LAYOUT - 1, TALLY_LAYOUT + 1])
      expect(() => decodeTally(Uint8Array.of(layout, 0, 0, 0, 0, 0, 0, 0))).toThrow(
        `unknown layout ${layout}`,
      );
  });

  it('is damage when it tells of more buckets than it has bytes, before any room is made for them', () => {
    const [seen, most] = [encodeNumber(NOW / 1000), encodeNumber(2 ** 31)];
    expect(() => decodeTally(Uint8Array.of(TALLY_LAYOUT, ...seen, ...most, 0, 0, 0))).toThrow(
      'ends too early',
    );
  });

  it('tells what is usual in no byte: buckets from the newest, nothing, a single source', () => {
    const day = Math.floor(NOW / DAY);
    const month = Math.floor(day / 30);
    const tally: Tally = {
      quarters: Series.of([{ index: day * 4 + 3, bad: 1000, good: 0, sources: 1 }]),
      days: Series.of([
        { index: day - 2, bad: 0, good: 1500, sources: 2 },
        { index: day, bad: 1000, good: 0, sources: 1 },
      ]),
      months: Series.of([{ index: month, bad: 1000, good: 1500, sources: 3 }]),
      hosts: [{ bin: 5, index: month, bad: 0, good: 1000 }],
      lastSeen: day * DAY + 19 * HOUR,
      recent: [{ at: day * DAY + 18 * HOUR, bad: true, trusted: true, tag: 0x1234, bin: null }],
    };
    const seconds = (day * DAY + 19 * HOUR) / 1000;
    expect([...encodeTally(tally)]).toEqual([
      // The newest quarter-day is that of the last report: nothing is added to the layout.
      TALLY_LAYOUT,
      ...encodeNumber(seconds),
      // One quarter-day, the newest: bad alone, one report.
      ...[1, 1, 2],
      // Two days: the newest as that; two before it: good and sources; one report and a half, two sources.
      ...[2, 1, 2, 2 * 8 + 2 + 4, ...encodeNumber(1500 * 2 + 1), 2],
      // One month, the newest: bad, good and sources.
      ...[1, 1 + 2 + 4, 2, ...encodeNumber(1500 * 2 + 1), 3],
      // One recent verdict and one host.
      1 + 16,
      // The host: bin 5 with good alone, in the newest month.
      ...[5 * 4 + 2, 0, 2],
      // The verdict, an hour before the last report: bad, trusted, of no bin; its tag.
      ...[...encodeNumber(3600 * 8 + 1 + 2), 0x12, 0x34],
    ]);
  });
});

describe('a verdict as bytes', () => {
  it('comes back when it was seen later than received, by a clock that was set back', () => {
    const record = recordOf('2a00:1450:4001:81b::5', { at: NOW });
    for (const clock of [-1, 1, -DAY, DAY])
      expect(decodeVerdict(encodeVerdict(record, NOW + clock))).toMatchObject({
        at: NOW,
        receivedAt: NOW + clock,
      });
  });

  it('is refused in a layout of an earlier or a later version', () => {
    for (const layout of [VERDICT_LAYOUT - 1, VERDICT_LAYOUT + 1])
      expect(() => decodeVerdict(Uint8Array.of(layout, 0, 0, 0, 1, 0, 0))).toThrow(
        `unknown layout ${layout}`,
      );
  });

  it('comes back with its ladder, but for the names that the key holds', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const bytes = encodeVerdict(record, NOW + 5);
        const { id, reporter, ...rest } = record;
        expect(id).not.toBe('');
        const { id: _, ...voice } = reporter;
        expect(decodeVerdict(bytes)).toEqual({ ...rest, voice, receivedAt: NOW + 5 });
        expect(receivedAtOf(bytes)).toBe(NOW + 5);
        const account = namedKey('account', 'n'.repeat(NAME_BYTES));
        const faint = { trusted: false, faint: true };
        for (const stance of STANCES) {
          const said = { ...record, account, stance, reporter: { id: 'r', ...faint } };
          const read = { ...rest, account, stance, voice: faint, receivedAt: NOW };
          expect(decodeVerdict(encodeVerdict(said, NOW))).toEqual(read);
        }
      }),
      RUNS,
    );
  });

  it('is damage wherever it is cut', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat(), (record, at) => {
        const bytes = encodeVerdict(record, NOW);
        expect(() => decodeVerdict(bytes.subarray(0, at % bytes.length))).toThrow(RangeError);
      }),
      RUNS,
    );
  });

  it('is a verdict or damage, whatever the bytes', () => {
    fc.assert(
      fc.property(
        anyRecord,
        fc.nat(),
        fc.nat(255),
        fc.uint8Array({ maxLength: 60 }),
        (record, at, value, noise) => {
          const bytes = encodeVerdict(record, NOW);
          bytes[at % bytes.length] = value;
          for (const damaged of [bytes, noise, Uint8Array.of(VERDICT_LAYOUT, ...noise)]) {
            expectWholeOrDamage(() => decodeVerdict(damaged));
          }
        },
      ),
      RUNS,
    );
  });
});

/** Nothing but a RangeError may be thrown, and nothing but whole numbers may come out. */
function expectWholeOrDamage(decode: () => unknown): void {
  let value: unknown;
  try {
    value = decode();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return;
  }
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'number' && !Number.isSafeInteger(part))
      throw new Error(`${part} came out of the bytes`);
    return part;
  });
}

function talliesOf(
  store: MemoryStore,
  records: readonly Parameters<MemoryStore['record']>[0][number][],
): Tally[] {
  const rungs = new Set(records.flatMap(({ ladder }) => rungsOf(ladder)));
  return [...rungs].map((rung) => store.tally(rung));
}
