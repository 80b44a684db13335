/**
 * A whole log in memory, compactly: 33 bytes an event and its id, outside the heap. Ten million events with ids of
 * twenty characters take about half a gigabyte.
 */
import { Address } from '../net/address.ts';
import type { ReplayEvent } from '../replay/replay.ts';
import { VERDICTS } from '../reputation/verdict.ts';

const FIRST_CAPACITY = 4096;
/** Ids are found by 32-bit offsets. */
const MAX_ID_BYTES = 2 ** 32 - 1;

export class EventLog {
  #size = 0;
  #at = new Float64Array(FIRST_CAPACITY);
  /** Four words an address. */
  #words = new Uint32Array(4 * FIRST_CAPACITY);
  /** Family in the high half, number of the verdict in the low. */
  #kinds = new Uint8Array(FIRST_CAPACITY);
  /** Number of the reporter, 0 for none. */
  #reporters = new Uint32Array(FIRST_CAPACITY);
  /** Where each id ends in `#ids`; it begins where the one before ends. */
  #idEnds = new Uint32Array(FIRST_CAPACITY);
  #ids: Buffer = Buffer.alloc(16 * FIRST_CAPACITY);
  #inOrder = true;
  readonly #names: string[] = [''];
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#size;
  }

  /** Appends an event. Throws a RangeError when all ids together pass 4 GiB. */
  add({ id, at, address, verdict, reporter }: ReplayEvent): void {
    const i = this.#size;
    if (i === this.#at.length) this.#grow();
    if (i > 0 && at < (this.#at[i - 1] ?? 0)) this.#inOrder = false;
    this.#at[i] = at;
    this.#words.set([address.w0, address.w1, address.w2, address.w3], 4 * i);
    this.#kinds[i] = (address.family << 4) | VERDICTS.indexOf(verdict);
    this.#reporters[i] = reporter === undefined ? 0 : this.#numberOf(reporter);
    this.#idEnds[i] = this.#appendId(id, this.#idEnds[i - 1] ?? 0);
    this.#size++;
  }

  /** The events in time order; those of one time in the order they were added. */
  *inTimeOrder(): Generator<ReplayEvent> {
    if (this.#inOrder) {
      for (let i = 0; i < this.#size; i++) yield this.#event(i);
      return;
    }
    const order = Uint32Array.from({ length: this.#size }, (_, i) => i);
    const at = this.#at;
    order.sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
    for (const i of order) yield this.#event(i);
  }

  #event(i: number): ReplayEvent {
    const word = (k: number): number => this.#words[4 * i + k] ?? 0;
    const kind = this.#kinds[i] ?? 0;
    const verdict = VERDICTS[kind & 15];
    if (verdict === undefined) throw new RangeError(`the log has no event ${i}`);
    const reporter = this.#reporters[i] ?? 0;
    return {
      id: this.#ids.toString('utf8', i === 0 ? 0 : this.#idEnds[i - 1], this.#idEnds[i]),
      at: this.#at[i] ?? 0,
      address: kind >> 4 === 4 ? Address.v4(word(0)) : Address.v6(word(0), word(1), word(2), word(3)),
      verdict,
      reporter: reporter === 0 ? undefined : this.#names[reporter],
    };
  }

  #numberOf(reporter: string): number {
    const known = this.#numbers.get(reporter);
    if (known !== undefined) return known;
    const number = this.#names.push(reporter) - 1;
    this.#numbers.set(reporter, number);
    return number;
  }

  #appendId(id: string, start: number): number {
    const end = start + Buffer.byteLength(id);
    if (end > MAX_ID_BYTES) throw new RangeError('the ids of the log take more than 4 GiB');
    if (end > this.#ids.length) {
      const larger = Buffer.alloc(Math.min(MAX_ID_BYTES, Math.max(end, 2 * this.#ids.length)));
      this.#ids.copy(larger, 0, 0, start);
      this.#ids = larger;
    }
    this.#ids.write(id, start, 'utf8');
    return end;
  }

  #grow(): void {
    const capacity = 2 * this.#at.length;
    const copyInto = <T extends Float64Array | Uint32Array | Uint8Array>(larger: T, from: T): T => {
      larger.set(from);
      return larger;
    };
    this.#at = copyInto(new Float64Array(capacity), this.#at);
    this.#words = copyInto(new Uint32Array(4 * capacity), this.#words);
    this.#kinds = copyInto(new Uint8Array(capacity), this.#kinds);
    this.#reporters = copyInto(new Uint32Array(capacity), this.#reporters);
    this.#idEnds = copyInto(new Uint32Array(capacity), this.#idEnds);
  }
}
