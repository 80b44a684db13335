/**
 * A store's whole state as entries that no store's way of keeping them shows through: what a dump is made of, and what moves
 * one store into another.
 *
 * Left out is what follows from the rest (the roots, which are sums), what is worth nothing an hour later (the counters of
 * admission), and what belongs to one table alone: how far its stream is applied, changes that wait to be looked at.
 */
import type { RungKey } from '../reputation/rung.ts';
import type { AuditEntry, Json, RecordKind } from './records.ts';

export type StateEntry =
  | { readonly kind: 'record'; readonly of: RecordKind; readonly key: string; readonly value: Json }
  | { readonly kind: 'revision'; readonly of: RecordKind; readonly revision: number }
  /** Oldest first. */
  | { readonly kind: 'audit'; readonly entry: AuditEntry }
  | { readonly kind: 'blob'; readonly key: string; readonly bytes: Uint8Array }
  /** A subject whose verdicts received up to a time (epoch milliseconds) are forgotten. */
  | { readonly kind: 'forgotten'; readonly subject: RungKey; readonly at: number }
  /** A verdict that stands: the names of reporter and id as `plainId` gives them, the rest as codec/verdict.ts writes it. */
  | { readonly kind: 'verdict'; readonly reporter: string; readonly id: string; readonly body: Uint8Array }
  /**
   * A tally, of a rung or of a reporter on a rung, as codec/tally.ts writes it; `forgotten` says up to when verdicts of that
   * reporter are forgotten (epoch milliseconds), -1 when none are.
   */
  | {
      readonly kind: 'tally';
      readonly key: RungKey;
      readonly body: Uint8Array;
      readonly forgotten: number;
    };

/** A state on its way out. */
export interface StateExport {
  /** About how many entries there are; null when the store cannot tell. */
  readonly total: number | null;
  readonly entries: AsyncIterable<StateEntry>;
  /** What is worth knowing of this state, once all entries were read: sentences. */
  remarks(): readonly string[];
}

/** How far a load into a store has come. */
export interface LoadMark {
  /** Names the load; one letter to 64 plain characters. */
  readonly load: string;
  /** When the state was taken: epoch milliseconds. */
  readonly taken: number;
  /** Chunks of the dump that are in the store, and the digest over them. */
  readonly chunks: number;
  readonly digest: string;
  readonly done: boolean;
}

/** A state on its way in. */
export interface StateIntake {
  /** Takes note of entries that an interrupted load has brought already. All that were, in order, before any is applied. */
  skip(entries: readonly StateEntry[]): void;
  /** Makes entries durable, and then that they are. Applied again after a crash they change nothing. */
  apply(entries: readonly StateEntry[], mark: LoadMark): Promise<void>;
  /** Adds what derives from all entries, and ends the load: from then on the store may be used. */
  finish(mark: LoadMark): Promise<void>;
}

/** Somebody else writes to the store that is being loaded. */
export class LoadConflict extends Error {}

/** Why a store that is being loaded is not ready, for whoever wants to use it. */
export const HALF_LOADED =
  'a load into this store was not finished: prefixwise load --resume goes on with it';

/** The state of a store as a whole. */
export interface StateStore {
  /** Whether nothing is kept. What an export leaves out does not count. */
  isEmpty(): Promise<boolean>;

  /** The state at `now` (epoch milliseconds): verdicts past retention are left out. Throws at what it cannot export. */
  exportState(now: number): StateExport;

  /** The mark of the last load; null when there was none. */
  loadMark(): Promise<LoadMark | null>;

  /**
   * Begins a load under a mark, or goes on with the one of that name. Until it is finished the store is not ready. Rejects
   * with `LoadConflict` when the store has something in it that this load did not bring.
   */
  intake(mark: LoadMark): Promise<StateIntake>;
}
