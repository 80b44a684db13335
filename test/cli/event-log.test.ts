import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLog } from '../../lib/cli/event-log.ts';
import { Address } from '../../lib/net/address.ts';
import { VERDICTS } from '../../lib/reputation/verdict.ts';

const word = fc.integer({ min: 0, max: 0xffffffff });
const address = fc.oneof(
  word.map((bits) => Address.v4(bits)),
  fc.tuple(word, word, word, word).map((words) => Address.v6(...words)),
);
const event = fc.record({
  id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  at: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 4e12 })),
  address,
  verdict: fc.constantFrom(...VERDICTS),
  reporter: fc.option(fc.constantFrom('a', 'bé', 'c'), { nil: undefined }),
});

describe('EventLog', () => {
  it('gives back what went in, by time, and as it came where times are equal', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const log = new EventLog();
        for (const one of events) log.add(one);
        expect(log.size).toBe(events.length);
        const order = events.map((one, i) => ({ one, i })).sort((a, b) => a.one.at - b.one.at || a.i - b.i);
        expect([...log.inTimeOrder()]).toEqual(order.map(({ one }) => one));
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('holds many more than it began with, at about fifty bytes each', () => {
    const log = new EventLog();
    const before = process.memoryUsage().arrayBuffers;
    const count = 300_000;
    for (let i = 0; i < count; i++) {
      log.add({ id: `event-${i}`, at: count - i, address: Address.v4(i), verdict: 'ham' });
    }
    let expected = count - 1;
    for (const { id, address: found, at } of log.inTimeOrder()) {
      if (id !== `event-${expected}` || found.w0 !== expected || at !== count - expected)
        throw new Error(`event ${expected}`);
      expected--;
    }
    expect(expected).toBe(-1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(count * 200);
  });
});
