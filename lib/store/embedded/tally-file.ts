/**
 * The file the tallies are in.
 */
import type { RootDatabase } from 'lmdb';
import type { RungKey } from '../../reputation/rung.ts';
import type { Tally } from '../../reputation/tally.ts';
import { decodeTally } from '../codec/tally.ts';
import { type Bytes, keyBytes, lastTransactionOf } from './databases.ts';

export class TallyFile {
  readonly #root: RootDatabase;
  readonly #tallies: Bytes;

  constructor(root: RootDatabase, tallies: Bytes) {
    this.#root = root;
    this.#tallies = tallies;
  }

  /** Reads and decodes; undefined when there is none. */
  read(key: RungKey): Tally | undefined {
    const bytes = this.#tallies.getBinaryFast(keyBytes(key));
    return bytes === undefined ? undefined : decodeTally(bytes);
  }

  /** The number of the last transaction that changed anything, whoever made it. */
  lastTransaction(): number {
    return lastTransactionOf(this.#root);
  }

  /** Reads from now on see at least that transaction. */
  renew(): void {
    this.#root.resetReadTxn();
  }
}
