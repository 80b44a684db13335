/**
 * The store that the settings name, opened: one way for the service and for every command. The library of the other kind
 * is never loaded.
 */
import { fail, ok, type Result } from './result.ts';
import type { DynamoSettings, StoreSettings } from './settings.ts';
import type { Store } from './store/port.ts';
import { HALF_LOADED } from './store/state.ts';
import { MOST_EVIDENCE_MONTHS } from './store/tally-life.ts';

export interface OpenedStore {
  readonly store: Store;
  /** Where evidence is kept, for people. */
  readonly place: string;
  /** What removes records whose time is over; none where the store does so by itself. */
  readonly sweeps: readonly Sweep[];
}

export interface Sweep {
  /** Milliseconds from one to the next. */
  readonly interval: number;
  /** Removes what is over at `now` (epoch milliseconds). */
  readonly run: (now: number) => Promise<unknown>;
}

const VERDICT_SWEEP_MS = 3_600_000;
/** Tallies grow old by days; all of them are looked at. */
const TALLY_SWEEP_MS = 6 * 3_600_000;
const COUNTER_SWEEP_MS = 60_000;

export interface OpenOptions {
  /** Milliseconds a read of tallies over the network may take; the store's own limit when left out. */
  readonly readTimeoutMs?: number;
  /**
   * 30-day months for which tallies are kept that nobody reports on, in a folder and of what a load brings into a table; as
   * long as there can be when left out.
   */
  readonly evidenceMonths?: number;
  /** Told how often a call had to be sent again, over the network. */
  readonly onRetried?: (retries: number) => void;
  /** Whether a store may be opened that a load was not finished into: to go on with it. Else it is refused. */
  readonly halfLoaded?: boolean;
}

/** Opens the store; the sentence says which setting keeps it from being used. */
export async function openStore(
  settings: StoreSettings,
  options: OpenOptions = {},
): Promise<Result<OpenedStore, string>> {
  const opened =
    settings.kind === 'dynamodb'
      ? await openTable(settings, options)
      : await openFolder(settings.dataDir, options);
  if (!opened.ok || options.halfLoaded === true) return opened;
  const { store } = opened.value;
  const load = await store.state.loadMark();
  if (load === null || load.done) return opened;
  await store.close();
  return fail(`${settings.kind === 'dynamodb' ? 'TABLE_NAME' : 'DATA_DIR'}: ${HALF_LOADED}`);
}

async function openFolder(
  dataDir: string,
  { evidenceMonths = MOST_EVIDENCE_MONTHS }: OpenOptions,
): Promise<Result<OpenedStore, string>> {
  const { EmbeddedStore } = await import('./store/embedded/store.ts');
  try {
    const store = new EmbeddedStore(dataDir);
    const sweeps = [
      { interval: VERDICT_SWEEP_MS, run: (now: number) => store.sweep(now) },
      { interval: TALLY_SWEEP_MS, run: (now: number) => store.sweepTallies(now, evidenceMonths) },
      { interval: COUNTER_SWEEP_MS, run: (now: number) => store.counters.sweep(now) },
    ];
    return ok({ store, place: `${dataDir} (embedded store)`, sweeps });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(`DATA_DIR: the store in ${dataDir} cannot be opened: ${reason}`);
  }
}

async function openTable(
  { tableName, endpoint, region }: DynamoSettings,
  options: OpenOptions,
): Promise<Result<OpenedStore, string>> {
  const [{ openDynamoStore }, { firstContact }] = await Promise.all([
    import('./store/dynamodb/store.ts'),
    import('./store/dynamodb/first-contact.ts'),
  ]);
  const table = { tableName, endpoint, region };
  const store = openDynamoStore({ ...table, ...options });
  const fault = await firstContact(store, table);
  if (fault === null) return ok({ store, place: `the table ${tableName} (DynamoDB)`, sweeps: [] });
  await store.close();
  return fail(`${fault.variable}: ${fault.detail}`);
}
