/**
 * From the parts of a dump into a store, from the start or from where an interrupted load had come.
 */
import { fail, ok, type Result } from '../result.ts';
import { HALF_LOADED, type LoadMark, type StateIntake, type StateStore } from '../store/state.ts';
import type { DumpHeader } from './format.ts';
import type { DumpPart } from './read-dump.ts';

export interface LoadOptions {
  /** Go on with an interrupted load of the same dump. */
  readonly resume: boolean;
  /** A name that no load had before: plain characters. */
  readonly name: string;
}

/** Why a store does not take a dump: a sentence. */
export type LoadRefusal = string;

const OTHER_DUMP = 'the store was begun to be loaded from another dump; only that one can be gone on with';

export class Loader {
  readonly #state: StateStore;
  readonly #options: LoadOptions;
  /** Null before the header, and when the store has it all. */
  #intake: StateIntake | null = null;
  #mark: LoadMark | null = null;
  #chunks = 0;
  #digest = '';

  constructor(state: StateStore, options: LoadOptions) {
    this.#state = state;
    this.#options = options;
  }

  /** Takes the next part. Rejects when the store fails, or somebody else writes to it (`LoadConflict`). */
  async take(part: DumpPart): Promise<Result<void, LoadRefusal>> {
    if (part.kind === 'header') return this.#begin(part.header);
    if (this.#mark === null) throw new Error('a dump that does not begin with its header');
    if (part.kind === 'end') return this.#end(this.#mark);
    const { number, digest, entries } = part;
    this.#chunks = number;
    this.#digest = digest;
    if (number <= this.#mark.chunks) {
      if (number === this.#mark.chunks && digest !== this.#mark.digest) return fail(OTHER_DUMP);
      this.#intake?.skip(entries);
      return ok(undefined);
    }
    if (this.#intake === null) return fail(OTHER_DUMP);
    const mark = { ...this.#mark, chunks: number, digest };
    await this.#intake.apply(entries, mark);
    this.#mark = mark;
    return ok(undefined);
  }

  async #begin({ taken }: DumpHeader): Promise<Result<void, LoadRefusal>> {
    const { resume, name } = this.#options;
    const before = await this.#state.loadMark();
    const isBegun = before !== null && !before.done;
    if (isBegun && !resume) return fail(HALF_LOADED);
    if (resume && before !== null) this.#mark = before;
    else if (await this.#state.isEmpty())
      this.#mark = { load: name, taken, chunks: 0, digest: '', done: false };
    else return fail('the store is not empty; a dump is loaded into a new one only');
    if (!this.#mark.done) this.#intake = await this.#state.intake(this.#mark);
    return ok(undefined);
  }

  async #end(mark: LoadMark): Promise<Result<void, LoadRefusal>> {
    if (this.#chunks !== mark.chunks || this.#digest !== mark.digest) return fail(OTHER_DUMP);
    await this.#intake?.finish({ ...mark, done: true });
    return ok(undefined);
  }
}
