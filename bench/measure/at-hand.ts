/**
 * Processor time of a short function whose question is at hand, as an address is that was parsed a moment ago.
 */

/** Questions made before the clock runs: few enough for the nearer caches, enough to make the clock's own time small. */
const BATCH = 500;

/** Questions that are made, put in a place from 0 to `BATCH` - 1, and then asked. */
export interface Questions {
  /** A multiple of 1,000; what is over is left out. */
  readonly count: number;
  /** Makes a question and keeps it in the place; not timed. */
  readonly put: (question: number, place: number) => void;
  /** Answers what is in the place with a number from -1 to 2^31 - 2; timed. */
  readonly answer: (place: number) => number;
}

/** Nanoseconds of processor time an answer. */
export interface AtHand {
  /** One after the other: the processor begins an answer before the last one has ended, where it can. */
  readonly ns: number;
  /** It cannot: which question comes next is told by the last answer. */
  readonly waitingNs: number;
}

/**
 * All questions once, of an even number of batches every other one waiting. Processor time, because on a machine with other
 * work the clock on the wall measures that work.
 */
export function nanosecondsAtHand({ count, put, answer }: Questions): AtHand {
  const took = { free: 0, waiting: 0 };
  for (let from = 0; from + 2 * BATCH <= count; from += 2 * BATCH) {
    took.free += timeOf(askAll, from, put, answer);
    took.waiting += timeOf(askWaiting, from + BATCH, put, answer);
  }
  const each = BATCH * Math.floor(count / (2 * BATCH));
  return { ns: (took.free * 1e3) / each, waitingNs: (took.waiting * 1e3) / each };
}

/** Microseconds. */
function timeOf(
  ask: (answer: Questions['answer']) => number,
  from: number,
  put: Questions['put'],
  answer: Questions['answer'],
): number {
  for (let place = 0; place < BATCH; place++) put(from + place, place);
  const started = process.cpuUsage();
  const sum = ask(answer);
  const { user, system } = process.cpuUsage(started);
  if (Number.isNaN(sum)) throw new Error('a place without a question');
  return user + system;
}

function askAll(answer: Questions['answer']): number {
  let sum = 0;
  for (let place = 0; place < BATCH; place++) sum += answer(place);
  return sum;
}

function askWaiting(answer: Questions['answer']): number {
  let sum = 0;
  for (let place = 0; place < BATCH; ) {
    const found = answer(place);
    sum += found;
    // Always the next one, which only the answer can tell.
    place += 1 + ((found + 1) >>> 31);
  }
  return sum;
}
