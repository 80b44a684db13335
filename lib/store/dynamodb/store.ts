/**
 * The DynamoDB store: one table, for any number of processes.
 *
 * A verdict is one small conditional write, and nothing else happens until it is durable. Tallies derive from verdicts by
 * the roll-up over the table's stream (see rollup/), which alone writes them; so they lag a second or two. A lookup reads
 * one batch of at most six keys, and two more for an account and its organisation.
 */
import type { Family } from '../../net/address.ts';
import type { Prefix } from '../../net/prefix.ts';
import { isRootKey, type RungKey } from '../../reputation/rung.ts';
import { isEmpty, type Tally } from '../../reputation/tally.ts';
import {
  type CounterStore,
  FORGOTTEN_KEPT_MS,
  type RecordOutcome,
  type RungTally,
  type Store,
  type VerdictRecord,
} from '../port.ts';
import type { AuditEntry, Page } from '../records.ts';
import { HALF_LOADED } from '../state.ts';
import { MOST_EVIDENCE_MONTHS } from '../tally-life.ts';
import { DynamoBlobs } from './blobs.ts';
import { DynamoTable, type TableOptions } from './dynamo-table.ts';
import { expiry, keyAttributes, number } from './item.ts';
import { forgottenKey, tallyKey } from './keys.ts';
import { DynamoRecords } from './records.ts';
import { RootTallies } from './root-tallies.ts';
import { DynamoState } from './state/dynamo-state.ts';
import type { Table } from './table.ts';
import { TallyReader, tallyIn } from './tally-reader.ts';
import type { DynamoVerdicts } from './verdicts.ts';
import { whenAsked } from './when-asked.ts';

export interface DynamoStoreOptions extends TableOptions, StoreOptions {}

interface StoreOptions {
  /** Milliseconds a read of tallies may take; 2,000 when left out. */
  readonly readTimeoutMs?: number;
  /** 30-day months for which a load keeps what nobody reports on; as long as there can be when left out. */
  readonly evidenceMonths?: number;
}

const READ_TIMEOUT_MS = 2000;

/** Opens a store on a table that exists. Nothing is sent before the first call. */
export function openDynamoStore(options: DynamoStoreOptions): DynamoStore {
  return new DynamoStore(new DynamoTable(options), options);
}

export class DynamoStore implements Store {
  readonly records: DynamoRecords;
  readonly counters: CounterStore;
  readonly blobs: DynamoBlobs;
  readonly state: DynamoState;
  readonly #table: Table;
  readonly #reader: TallyReader;
  readonly #roots: RootTallies;
  readonly #verdicts: () => Promise<DynamoVerdicts>;

  constructor(
    table: Table,
    { readTimeoutMs = READ_TIMEOUT_MS, evidenceMonths = MOST_EVIDENCE_MONTHS }: StoreOptions,
  ) {
    this.#table = table;
    this.#reader = new TallyReader(table, readTimeoutMs);
    this.#roots = new RootTallies((family) => this.#reader.readRoot(family));
    this.#verdicts = whenAsked(async () => new (await import('./verdicts.ts')).DynamoVerdicts(table));
    this.records = new DynamoRecords(table);
    this.blobs = new DynamoBlobs(table);
    const counters = whenAsked(async () => new (await import('./counters.ts')).DynamoCounters(table));
    this.counters = { take: async (...asked) => (await counters()).take(...asked) };
    const { records, blobs } = this;
    this.state = new DynamoState({ table, records, blobs, evidenceMonths });
  }

  async readTallies(rungs: readonly RungKey[]): Promise<readonly Tally[]> {
    const [tallies] = await Promise.all([this.#read(rungs), this.#roots.ready(rungs)]);
    return tallies;
  }

  async recordVerdicts(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]> {
    return (await this.#verdicts()).record(records, now);
  }

  async retractVerdict(reporterId: string, id: string, now: number): Promise<boolean> {
    return (await this.#verdicts()).retract(reporterId, id, now);
  }

  async retractSince(reporterId: string, since: number, now: number): Promise<number> {
    return (await this.#verdicts()).retractSince(reporterId, since, now);
  }

  /** Leaves a marker for the roll-up, which takes the subject's tallies back within seconds. */
  async forget(subject: RungKey, audit: AuditEntry): Promise<boolean> {
    await this.records.append(audit);
    const tally = await this.#table.get(tallyKey(subject), { consistent: true });
    await this.#table.put({
      Item: {
        ...keyAttributes(forgottenKey(subject)),
        at: number(audit.at),
        expires: expiry(audit.at + FORGOTTEN_KEPT_MS),
      },
      ConditionExpression: 'attribute_not_exists(pk) OR #at < :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': number(audit.at) },
    });
    return tally !== undefined && !isEmpty(tallyIn(tally));
  }

  async listRungs(
    within: Prefix,
    length: number,
    page: { after?: string | undefined; limit: number },
  ): Promise<Page<RungTally>> {
    const { listRungs } = await import('./listing.ts');
    return listRungs(this.#table, within, length, page);
  }

  rootTally(family: Family): Tally {
    return this.#roots.tally(family);
  }

  /** Reads the base rates anew, for who cannot wait until that happens by itself. */
  refreshRoots(): Promise<void> {
    return this.#roots.refresh();
  }

  /** Reads, and asks for a write that its condition always refuses: it costs a write unit and changes nothing. */
  async check(): Promise<void> {
    const key = { pk: 'v', sk: 'check' };
    const load = await this.state.loadMark();
    if (load?.done === false) throw new Error(HALF_LOADED);
    await this.#table.put({
      Item: keyAttributes(key),
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(pk)',
    });
  }

  async close(): Promise<void> {
    this.#table.close();
  }

  /** A root's tally is spread over lanes; it is seldom asked for by its key. */
  async #read(rungs: readonly RungKey[]): Promise<readonly Tally[]> {
    if (!rungs.some(isRootKey)) return this.#reader.read(rungs);
    return Promise.all(
      rungs.map(async (rung) => {
        if (isRootKey(rung)) return this.#reader.readRoot(rung.charCodeAt(1) === 4 ? 4 : 6);
        const [tally] = await this.#reader.read([rung]);
        if (tally === undefined) throw new RangeError('a read answered fewer tallies than it was asked for');
        return tally;
      }),
    );
  }
}
