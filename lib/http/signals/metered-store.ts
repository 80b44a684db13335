/**
 * A store whose answers are timed, counted and, where traces are sent, traced. It does nothing else, and makes nobody wait:
 * a promise is handed on as it came.
 */
import type { RungKey } from '../../reputation/rung.ts';
import type { RecordOutcome, VerdictRecord } from '../../store/port.ts';
import type { AppDeps } from '../deps.ts';
import type { Meter, StoreOperation } from './meter.ts';
import type { Traces } from './traces.ts';

/** The store, with what lookups, maps and verdicts ask of it timed. */
export function meteredStore(
  store: AppDeps['store'],
  metrics: Meter,
  traces: Traces | null = null,
): AppDeps['store'] {
  const watched = <T>(operation: StoreOperation, done: Promise<T>, start: number): Promise<T> => {
    done.then(
      () => metrics.storeAnswered(operation, (performance.now() - start) / 1000),
      () => metrics.storeFailed(operation),
    );
    return done;
  };
  const timed = <T>(operation: StoreOperation, act: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    return watched(operation, traces === null ? act() : traces.during(`store ${operation}`, act), start);
  };
  const watchTallies = store.watchTallies?.bind(store);
  const changesAt = store.changesAt?.bind(store);
  const tallyChanges = store.tallyChanges?.bind(store);
  return {
    records: store.records,
    counters: {
      take: (key, event, limits, now) => timed('count', () => store.counters.take(key, event, limits, now)),
    },
    readTallies: (rungs) => {
      const start = performance.now();
      const read = startRead(rungs, store, metrics, traces);
      if (read instanceof Promise) return watched('read', read, start);
      metrics.storeAnswered('read', (performance.now() - start) / 1000);
      return read;
    },
    ...(watchTallies === undefined ? {} : { watchTallies }),
    ...(changesAt === undefined ? {} : { changesAt }),
    ...(tallyChanges === undefined ? {} : { tallyChanges }),
    rootTally: (family) => store.rootTally(family),
    listRungs: (within, length, page) => timed('list', () => store.listRungs(within, length, page)),
    recordVerdicts: (records, now) => {
      const done = timed('write', () => store.recordVerdicts(records, now));
      // A failure has been counted, and whoever asked is told of it.
      done.then((outcomes) => count(records, outcomes, metrics)).catch(() => undefined);
      return done;
    },
    retractVerdict: (reporterId, id, now) => timed('write', () => store.retractVerdict(reporterId, id, now)),
    retractSince: (reporterId, since, now) =>
      timed('write', () => store.retractSince(reporterId, since, now)),
    forget: (subject, audit) => timed('write', () => store.forget(subject, audit)),
    check: () => store.check(),
  };
}

function startRead(
  rungs: readonly RungKey[],
  store: AppDeps['store'],
  metrics: Meter,
  traces: Traces | null,
): ReturnType<AppDeps['store']['readTallies']> {
  try {
    if (traces !== null) return traces.during('store read', () => store.readTallies(rungs));
    return store.readTallies(rungs);
  } catch (error) {
    metrics.storeFailed('read');
    throw error;
  }
}

function count(records: readonly VerdictRecord[], outcomes: readonly RecordOutcome[], metrics: Meter): void {
  for (const [i, { verdict }] of records.entries()) {
    const outcome = outcomes[i];
    if (outcome !== undefined) metrics.verdictTaken(verdict, outcome);
  }
}
