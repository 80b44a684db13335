/**
 * What the last checkpoint came to, for whoever reads meanwhile: from the moment it is made until all of it is in the file and the disk
 * has that. Where it went to its places in parts (parts.ts), it may have been another process's.
 */
import type { Journal } from './journal.ts';
import { type Outcome, outcomeIn } from './parts.ts';

const NOTHING: Outcome = { tallies: new Map(), verdicts: new Map() };

export class LastCheckpoint {
  readonly #journal: Journal;
  #outcome = NOTHING;
  /** The last call in it. */
  #call = 0;
  /** Whether the transaction under way puts all that is left into the file. */
  #isSettled = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Whether it is not wholly in the file, as far as who reads can tell. */
  get isLeft(): boolean {
    return this.#outcome !== NOTHING;
  }

  /** What is to be read before the file. */
  get outcome(): Outcome {
    return this.#outcome;
  }

  /** Inside a transaction: a checkpoint was made of the calls up to that one. */
  make(outcome: Outcome, call: number): void {
    this.#outcome = outcome;
    this.#call = call;
  }

  /** Inside a transaction: the last of it was put into the file. */
  settled(): void {
    this.#isSettled = true;
  }

  /** The transaction is on the disk. */
  end(): void {
    if (this.#isSettled) this.#outcome = NOTHING;
    this.#isSettled = false;
  }

  /** Nobody knows what of it is in the file. */
  forget(): void {
    this.#outcome = NOTHING;
    this.#isSettled = false;
  }

  /** Looks for parts in the journal, whose last call before them that is. While one part is left, nobody changed what the others came to. */
  find(call: number): void {
    if (!this.#journal.hasParts()) this.forget();
    else if (!this.isLeft || this.#call !== call) this.make(outcomeIn(this.#journal.parts()), call);
  }
}
