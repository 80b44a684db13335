/**
 * What a store takes, by kind: whole pages of LMDB, with the room that is left in them.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open } from 'lmdb';
import { openDatabases } from '../../lib/store/embedded/databases.ts';

/** Bytes of each. */
export interface Space {
  /** The tallies: of subjects, of what each reporter said of them, of everything wider. */
  readonly reputation: number;
  /** The records of verdicts, kept for 30 days. */
  readonly verdicts: number;
  /** The whole file, with pages that are free to be used again. */
  readonly file: number;
}

/** The space of the store in a folder that nobody writes to. */
export async function spaceOf(folder: string): Promise<Space> {
  const path = join(folder, 'evidence.mdb');
  const root = open({ path, noSubdir: true, maxDbs: 16, readOnly: true });
  const { tallies, verdicts } = openDatabases(root);
  const space = { reputation: pagesOf(tallies), verdicts: pagesOf(verdicts), file: statSync(path).size };
  await root.close();
  return space;
}

function pagesOf(database: Database): number {
  const stats: Readonly<Record<string, unknown>> = database.getStats();
  const number = (name: string): number => {
    const value = stats[name];
    if (typeof value !== 'number') throw new TypeError(`this version of lmdb does not tell ${name}`);
    return value;
  };
  const pages = number('treeLeafPageCount') + number('treeBranchPageCount') + number('overflowPages');
  return pages * number('pageSize');
}
