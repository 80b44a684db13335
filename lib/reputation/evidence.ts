/**
 * What led to a standing: the chain of links, level by level, as flat numbers.
 *
 * A lookup makes some twenty links and writes most of them into its answer once. As objects with four fractions each they were
 * a hundred things to make and to clear away; most of whoever asks for objects wants a few, and gets them made then.
 */
import { ANCESTOR_SCALES, OBSERVED_SCALE, SUBJECT_SCALES, type TimeScale } from './parameters.ts';

/** One link of the chain: posterior = (strength * prior + bad) / (strength + bad + good). */
export interface Link {
  readonly scale: TimeScale;
  readonly prior: number;
  /** Decayed weight, in reports. */
  readonly bad: number;
  readonly good: number;
  readonly posterior: number;
}

/** What one level says. */
export interface Level {
  /** The conclusion at this level, given the wider ones. */
  readonly spam: number;
  /** Decayed weight over 30 days: reports on the subject; on a wider level its children other than the one below. */
  readonly observations: number;
  readonly links: readonly Link[];
}

/** How many numbers a link adds: its bad weight, its good weight, and its posterior, which is the prior of the next. */
export const LINK = 3;

/** The levels from the subject to the widest; the subject's own is number 0. */
export class Evidence implements Iterable<Level> {
  /** The prior of the first link, then what each link adds, from the widest level to the subject. */
  readonly numbers: readonly number[];
  /** How many levels there are, the subject's among them. */
  readonly length: number;

  /** Of numbers that are nobody else's to change: as many as `numbersOf` says. */
  constructor(numbers: readonly number[], length: number) {
    this.numbers = numbers;
    this.length = length;
  }

  /** Where among the numbers a level's link begins: its prior, bad weight, good weight and posterior stand from there on. */
  startOf(level: number, link: number): number {
    return ((this.length - 1 - level) * ANCESTOR_SCALES.length + link) * LINK;
  }

  /** The conclusion at a level, given the wider ones. */
  spamAt(level: number): number {
    return this.numbers[this.startOf(level, scalesOf(level).length)] ?? Number.NaN;
  }

  /** Decayed weight over 30 days: reports on the subject; on a wider level its children other than the one below. */
  observationsAt(level: number): number {
    return this.weightAt(level, level === 0 ? OBSERVED_SCALE : 0);
  }

  /** Bad and good weight of a level's link. */
  weightAt(level: number, link: number): number {
    const start = this.startOf(level, link);
    return (this.numbers[start + 1] ?? 0) + (this.numbers[start + 2] ?? 0);
  }

  /** One link as an object. */
  linkAt(level: number, link: number): Link {
    const start = this.startOf(level, link);
    const [prior = 0, bad = 0, good = 0, posterior = 0] = this.numbers.slice(start, start + LINK + 1);
    const scale = scalesOf(level)[link];
    if (scale === undefined) throw new RangeError(`level ${level} has no link ${link}`);
    return { scale, prior, bad, good, posterior };
  }

  /** A level as an object; undefined where there is none. */
  at(level: number): Level | undefined {
    if (level < 0 || level >= this.length) return undefined;
    const links = scalesOf(level).map((_, link) => this.linkAt(level, link));
    return { spam: this.spamAt(level), observations: this.observationsAt(level), links };
  }

  *[Symbol.iterator](): IterableIterator<Level> {
    for (let level = 0; level < this.length; level++) {
      const found = this.at(level);
      if (found !== undefined) yield found;
    }
  }
}

/** The time scales of a level's links, slowest first. */
export function scalesOf(level: number): readonly TimeScale[] {
  return level === 0 ? SUBJECT_SCALES : ANCESTOR_SCALES;
}

/** How many numbers the evidence of so many levels is. */
export function numbersOf(levels: number): number {
  return 1 + ((levels - 1) * ANCESTOR_SCALES.length + SUBJECT_SCALES.length) * LINK;
}
