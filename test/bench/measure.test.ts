import { describe, expect, it } from 'vitest';
import { columnsOf, figureOf, keeps, pooledReliability } from '../../bench/accuracy/figures.ts';
import type { Judge } from '../../bench/accuracy/judges/judge.ts';
import { measure } from '../../bench/accuracy/measure.ts';
import { readStream } from '../../bench/accuracy/stream.ts';
import { FABRICATED, type TrafficEvent } from '../../bench/accuracy/traffic.ts';

/** Accepts the first `patience` messages it has learnt of, then refuses; notes what happens. */
function recorder(patience: number): Judge & { readonly log: string[] } {
  const log: string[] = [];
  let learnt = 0;
  return {
    name: 'recorder',
    log,
    answer(event) {
      log.push(`ask ${event.id}`);
      const refuse = learnt >= patience;
      return { spam: refuse ? 1 : 0, action: refuse ? 'reject' : 'accept', class: 'unknown' };
    },
    learn(event, now) {
      learnt++;
      log.push(`learn ${event.id} at ${now}`);
    },
  };
}

const events: TrafficEvent[] = [
  { id: 'a', at: 0, address: '5.0.0.1', verdict: 'spam' },
  { id: 'b', at: 10, address: '5.0.0.1', verdict: 'spam', truth: 'ham', group: 'victims' },
  { id: 'c', at: 10, address: '5.0.0.1', verdict: 'spam', truth: 'ham', group: FABRICATED },
  { id: 'd', at: 25, address: '5.0.0.1', verdict: 'ham' },
];

describe('measuring', () => {
  it('asks before it teaches, message by message', () => {
    const judge = recorder(1);
    const run = measure(judge, events);
    expect(judge.log).toEqual([
      'ask a',
      'learn a at 0',
      'ask b',
      'learn b at 10',
      'learn c at 10',
      'ask d',
      'learn d at 25',
    ]);
    expect(run.all).toMatchObject({ events: 3, spam: 1, ham: 2, spamLetIn: 1, goodRefused: 1 });
    expect(run.ungrouped).toMatchObject({ events: 2, goodRefused: 1 });
    expect([...run.groups.keys()]).toEqual(['victims']);
  });

  it('teaches late when verdicts arrive late', () => {
    const judge = recorder(1);
    const run = measure(judge, events, 12);
    expect(judge.log).toEqual(['ask a', 'ask b', 'learn a at 12', 'learn b at 22', 'learn c at 22', 'ask d']);
    expect(run.ungrouped.goodRefused).toBe(1);
    expect(run.groups.get('victims')?.goodRefused).toBe(0);
  });

  it('takes the median over the seeds, and the worst end', () => {
    const run = (patience: number) => measure(recorder(patience), events);
    const runs = [run(0), run(1), run(4)];
    const [leak, lost] = columnsOf([]);
    if (leak === undefined || lost === undefined) throw new Error('no columns');
    expect(figureOf(leak, runs)).toEqual({ median: 1, worst: 1 });
    expect(figureOf(lost, runs.slice(1))).toEqual({ median: 0.5, worst: 1 });
    expect(keeps(lost, { median: 0.001, worst: 0.002 }, { lost: 0.001 })).toBe(false);
    expect(keeps(lost, { median: 0.001, worst: 0.001 }, { lost: 0.001 })).toBe(true);
    expect(keeps(leak, { median: 1, worst: 1 }, { lost: 0.001 })).toBeUndefined();
  });

  it('pools reliability by the number of messages', () => {
    const pooled = pooledReliability([
      measure(recorder(4), events).all,
      measure(recorder(4), events.slice(0, 1)).all,
    ]);
    expect(pooled[0]).toMatchObject({ count: 4, predicted: 0, observed: 2 / 4 });
    expect(pooled[5]).toMatchObject({ count: 0, predicted: null, observed: null });
  });
});

describe('the recorded mail stream', () => {
  it('is complete, labelled and in time order', () => {
    const { events: mail } = readStream();
    expect(mail).toHaveLength(49_174);
    expect(mail.filter(({ verdict }) => verdict === 'spam')).toHaveLength(1995);
    expect(mail.every((one, index) => index === 0 || (mail[index - 1]?.at ?? 0) <= one.at)).toBe(true);
  });
});
