/**
 * The whole state on DynamoDB.
 */
import {
  LoadConflict,
  type LoadMark,
  type StateEntry,
  type StateExport,
  type StateIntake,
  type StateStore,
} from '../../state.ts';
import type { DynamoBlobs } from '../blobs.ts';
import { LOAD_MARK } from '../keys.ts';
import type { DynamoRecords } from '../records.ts';
import type { PlaceInQuery, Table } from '../table.ts';
import { getLoadMark, putLoadMark } from './load-mark.ts';

/** The store's parts that keep state. */
export interface StateParts {
  readonly table: Table;
  readonly records: DynamoRecords;
  readonly blobs: DynamoBlobs;
  /** 30-day months for which what a load brings is kept when nobody reports on it. */
  readonly evidenceMonths: number;
}

/** First letters of what is found in a table that nothing was kept in: counters, the mark of a load. */
const NOT_KEPT: ReadonlySet<string> = new Set(['q', LOAD_MARK.pk]);

export class DynamoState implements StateStore {
  readonly #parts: StateParts;

  constructor(parts: StateParts) {
    this.#parts = parts;
  }

  async isEmpty(): Promise<boolean> {
    let start: PlaceInQuery;
    do {
      const { items, next } = await this.#parts.table.scan({ ExclusiveStartKey: start, Limit: 100 });
      if (items.some(({ pk }) => !NOT_KEPT.has(pk?.S?.charAt(0) ?? ''))) return false;
      start = next;
    } while (start !== undefined);
    return true;
  }

  exportState(now: number): StateExport {
    const parts = this.#parts;
    let outlet: StateExport | null = null;
    const entries = async function* (): AsyncGenerator<StateEntry> {
      const { DynamoOutlet } = await import('./outlet.ts');
      outlet = new DynamoOutlet(parts, now);
      yield* outlet.entries;
    };
    return { total: null, entries: entries(), remarks: () => outlet?.remarks() ?? [] };
  }

  loadMark(): Promise<LoadMark | null> {
    return getLoadMark(this.#parts.table);
  }

  async intake(mark: LoadMark): Promise<StateIntake> {
    const before = await this.loadMark();
    if (before?.load !== mark.load) {
      if (!(await this.isEmpty())) throw new LoadConflict('the table is not empty');
      await putLoadMark(this.#parts.table, mark);
    }
    const { DynamoIntake } = await import('./intake.ts');
    return new DynamoIntake(this.#parts, mark);
  }
}
