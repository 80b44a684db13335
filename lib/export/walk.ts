/**
 * The walk: from landmarks in table order to the fewest blocks that, read by longest match, say what lookups say.
 *
 * Open blocks are kept on a stack, each around the next. The first address of a block that no landmark inside it covers is
 * asked about, with the evidence of the blocks around it; that answer holds for all of the block that is left. A block whose
 * answer is that of the block around it need not be said. Blocks inside come out before the block around them, so that the
 * first match of what is written is also the longest.
 */

import { successor } from '../allocation/ranges.ts';
import { type Address, compareAddress, type Family } from '../net/address.ts';
import { covers, equalPrefix, firstAddress, lastAddress, type Prefix } from '../net/prefix.ts';
import { type RungKey, rungKey } from '../reputation/rung.ts';
import type { Tally } from '../reputation/tally.ts';
import type { Format } from './format.ts';
import type { Landmark } from './landmark.ts';
import { landmarksOf, wholeOf } from './landmarks.ts';
import { type Ruling, ruleOn } from './ruling.ts';
import type { ExportState } from './state.ts';

/** A block and what holds for it, but for the blocks inside it that have a statement of their own. */
export interface Said {
  readonly prefix: Prefix;
  /** Null where nothing is ever listed. */
  readonly ruling: Ruling | null;
}

interface Open {
  readonly prefix: Prefix;
  /** What is known of it, by rung. */
  readonly rungs: { readonly key: RungKey; readonly tally: Tally }[];
  isUnlistable: boolean;
  /** The first address that nothing inside has covered yet; null when all is covered. */
  rest: Address | null;
  said: Said | null;
  /** Blocks inside that wait to be compared with this one. */
  readonly waiting: Said[];
}

/** Blocks inside that may wait for their surroundings' answer; more are said one by one, at worst in too many words. */
const MOST_WAITING = 4096;

/** What has to be said of a family, inner blocks first. `onLandmark` follows the progress. */
export async function* walk(
  family: Family,
  state: ExportState,
  format: Format,
  onLandmark: (landmark: Landmark) => void,
): AsyncGenerator<Said> {
  const walker = new Walker(family, state, format);
  for await (const landmark of landmarksOf(family, state)) {
    onLandmark(landmark);
    walker.take(landmark);
    yield* walker.drain();
  }
  walker.end();
  yield* walker.drain();
}

class Walker {
  readonly #state: ExportState;
  readonly #format: Format;
  readonly #stack: Open[] = [];
  #ready: Said[] = [];

  constructor(family: Family, state: ExportState, format: Format) {
    this.#state = state;
    this.#format = format;
    this.#open(wholeOf(family));
  }

  /** What can be written now. */
  drain(): readonly Said[] {
    const ready = this.#ready;
    if (ready.length > 0) this.#ready = [];
    return ready;
  }

  take(landmark: Landmark): void {
    const { prefix } = landmark;
    let around = this.#around(prefix);
    if (around.isUnlistable || (landmark.what === 'allocation' && !this.#allocationsMatter())) return;
    if (!equalPrefix(around.prefix, prefix)) {
      this.#cover(around, prefix);
      around = this.#open(prefix);
    }
    if (landmark.what === 'unlistable') around.isUnlistable = true;
    if (landmark.what !== 'rung') return;
    const { prefix: rung, tally } = landmark.rung;
    around.rungs.push({ key: rungKey(rung), tally });
  }

  end(): void {
    while (this.#stack.length > 0) this.#close();
  }

  #open(prefix: Prefix): Open {
    const open: Open = {
      prefix,
      rungs: [],
      isUnlistable: false,
      rest: firstAddress(prefix),
      said: null,
      waiting: [],
    };
    this.#stack.push(open);
    return open;
  }

  /** The innermost open block around a prefix; those before it are closed. */
  #around(prefix: Prefix): Open {
    for (;;) {
      const open = this.#stack.at(-1);
      if (open === undefined) throw new RangeError('the whole address space is around every block');
      if (covers(open.prefix, prefix)) return open;
      this.#close();
    }
  }

  /** Where there is no evidence, how a block is cut decides nothing, unless the policy decides without any. */
  #allocationsMatter(): boolean {
    const { deferObservations, neighbourhoodObservations } = this.#state.book.thresholds;
    return (
      this.#stack.some(({ rungs }) => rungs.length > 0) ||
      deferObservations <= 0 ||
      neighbourhoodObservations <= 0
    );
  }

  /** Notes that a block inside is taken care of, and rules on the gap before it. */
  #cover(around: Open, inside: Prefix): void {
    const { rest } = around;
    if (rest !== null && compareAddress(rest, firstAddress(inside)) < 0) this.#rule(around, rest);
    around.rest = successor(lastAddress(inside));
  }

  #rule(open: Open, address: Address): void {
    if (open.said !== null) return;
    const ruling = open.isUnlistable ? null : ruleOn(address, (rung) => this.#tallyOf(rung), this.#state);
    open.said = { prefix: open.prefix, ruling };
    for (const inside of open.waiting.splice(0)) this.#compare(inside, open.said);
  }

  /** The evidence on a block around the address asked about: all of those are open. */
  #tallyOf(rung: RungKey): Tally | undefined {
    for (const { rungs } of this.#stack) {
      const found = rungs.find(({ key }) => key === rung);
      if (found !== undefined) return found.tally;
    }
    return undefined;
  }

  #close(): void {
    const open = this.#stack.at(-1);
    if (open === undefined) return;
    const { rest, prefix, waiting } = open;
    if (rest !== null && compareAddress(rest, lastAddress(prefix)) <= 0) this.#rule(open, rest);
    this.#stack.pop();
    for (const inside of waiting) this.#hand(inside);
    if (open.said !== null) this.#hand(open.said);
  }

  /** Hands a closed block to the innermost one still open. */
  #hand(said: Said): void {
    const around = this.#stack.at(-1);
    if (around === undefined) this.#compare(said, null);
    else if (around.said !== null) this.#compare(said, around.said);
    else if (around.waiting.push(said) > MOST_WAITING) this.#ready.push(...around.waiting.splice(0));
  }

  #compare(inside: Said, around: Said | null): void {
    if (!this.#format.sameAs(inside, around)) this.#ready.push(inside);
  }
}
