/**
 * A whole service from settings: store, app and server, from start to the last answer.
 */
import { randomUUID } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import type { AccountRung } from '../accounts/account-names.ts';
import { openAccountNames } from '../accounts/account-secret.ts';
import { isUsable } from '../keys/key.ts';
import { followKeys, type KeyRing } from '../keys/key-ring.ts';
import { type LiveLists, openLists } from '../lists/live.ts';
import { KnownSubjects } from '../lookup/known-subjects.ts';
import { RecentAnswers } from '../lookup/recent-answers.ts';
import { openPolicy } from '../open-policy.ts';
import { type OpenedStore, openStore, type Sweep } from '../open-store.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { type LiveAllocations, openAllocations } from '../published/live.ts';
import { fail, ok, type Result } from '../result.ts';
import { isLoopback, type Settings } from '../settings.ts';
import type { Followed } from '../store/followed.ts';
import { openRateLimit } from './access/open-rate-limit.ts';
import { createApp } from './app.ts';
import type { AppDeps } from './deps.ts';
import { directLookup } from './direct-lookup.ts';
import { describeError, type Log, lineLog } from './log.ts';
import { logSeldom } from './log-seldom.ts';
import { openPostfixDoor } from './postfix-door.ts';
import { type RunningServer, startServer } from './server.ts';
import { type Signals, startSignals } from './signals/start.ts';

/** What a service needs of the process around it. */
export interface Surroundings {
  readonly write: (line: string) => void;
  readonly writeError: (line: string) => void;
}

export interface RunningService {
  readonly url: string;
  /** Stops accepting, drains what is in flight, closes the store. True when nothing had to be cut. */
  stop(): Promise<boolean>;
}

/** What the operator says, as every answer goes by it. */
interface Live {
  readonly allocations: LiveAllocations;
  readonly lists: LiveLists;
  readonly keys: Followed<KeyRing>;
  readonly accountRung: AccountRung;
}

/** Milliseconds that requests in flight have to finish once the service is told to stop. */
const DRAIN_MS = 10_000;
/** Of the memory that the process may use, for answers that may be given again. */
const SHARE_OF_ANSWERS = 1 / 8;
/** A read goes on beyond the budget of the lookup that asked, which is answered by then, but not for long. */
const READ_TIMEOUT_MS = 1000;
const ROLLED_UP_ELSEWHERE =
  'verdicts become reputation by the roll-up function on the stream of the table (npm run deploy); this process runs none\n';

/** Where the service is asked. */
interface Doors {
  readonly url: string;
  /** The place for Postfix, as Postfix writes it; null when there is none. */
  readonly postfix: string | null;
  /** True when nothing had to be cut. */
  close(): Promise<boolean>;
}

/** Starts a service, or says in a sentence why it cannot run as configured. */
export async function startService(
  settings: Settings,
  { write, writeError }: Surroundings,
): Promise<Result<RunningService, string>> {
  const { port, lookupBudgetMs, evidenceMonths } = settings;
  const book = openPolicy(settings);
  if (!book.ok) return book;
  const log = lineLog(writeError, Date.now);
  let retries = 0;
  const opened = await openStore(settings.store, {
    readTimeoutMs: Math.max(READ_TIMEOUT_MS, lookupBudgetMs),
    evidenceMonths,
    onRetried: (more) => {
      retries += more;
    },
  });
  if (!opened.ok) return opened;
  const { store, place, sweeps } = opened.value;
  const live = await follow(opened.value, settings, log);
  if (!live.ok) {
    await store.close();
    return live;
  }
  const { logRequests, logAddresses, traces } = settings;
  const tracesLost = logSeldom(log, 'traces-not-sent', Date.now);
  const signals = await startSignals({
    store,
    write: writeError,
    clock: Date.now,
    logRequests,
    logAddresses,
    traces,
    tableMadeAt: live.value.allocations.publishedAt,
    storeRetries: () => retries,
    onTracesLost: tracesLost,
  });
  const doors = await listen(settings, book.value, signals, live.value, log);
  if (!doors.ok) {
    await unfollow(live.value);
    await store.close();
    return doors;
  }
  const sweepers = sweeps.map((sweep) => startSweeping(sweep, log));
  const { url, postfix } = doors.value;
  write(
    `prefixwise is ready on ${url} - ${whoIsServed(live.value.keys.current, Date.now())}; ` +
      `its evidence is in ${place}${port === 0 ? ", on a port of the system's choice" : ''}\n`,
  );
  if (postfix !== null) write(`prefixwise answers Postfix at ${postfix}\n`);
  if (settings.store.kind === 'dynamodb') write(ROLLED_UP_ELSEWHERE);
  return ok({
    url,
    stop: async () => {
      for (const stopSweeping of sweepers) stopSweeping();
      const clean = await doors.value.close();
      await signals.flush();
      await unfollow(live.value);
      await store.close();
      return clean;
    },
  });
}

/** How the first key is made. */
const MAKE_A_KEY =
  'make one with: prefixwise keys create NAME --scopes lookup,report,admin (in a checkout: npm run -s cli -- keys create ...)';

function whoIsServed(ring: KeyRing, now: number): string {
  if (!ring.hasAnyKey()) return 'open to every program on this machine, as there are no keys';
  const inForce = ring.keys().filter((key) => isUsable(key, now)).length;
  if (inForce === 0) return `for callers with a key, and none is in force: ${MAKE_A_KEY}`;
  return `for callers with a key, of which ${inForce} ${inForce === 1 ? 'is' : 'are'} in force`;
}

/** Why the service must not listen on its host; null when it may. */
function exposed(host: string, ring: KeyRing, now: number): string | null {
  if (isLoopback(host) || ring.hasUsableKey(now)) return null;
  return `HOST: ${host} can be reached from other machines, and there is no key to tell callers apart; ${MAKE_A_KEY}`;
}

async function follow(
  { store, place }: OpenedStore,
  { host, accountSecret }: Settings,
  log: Log,
): Promise<Result<Live, string>> {
  try {
    const keys = await followKeys(store.records, logSeldom(log, 'keys-not-read', Date.now));
    const exposure = exposed(host, keys.current, Date.now());
    if (exposure !== null) return fail(exposure);
    const lists = await openLists(store.records, logSeldom(log, 'lists-not-read', Date.now));
    const allocations = await openAllocations(store, logSeldom(log, 'allocations-not-read', Date.now));
    const accountRung = await openAccountNames(store.records, accountSecret, Date.now());
    return ok({ allocations, lists, accountRung, keys: keys.follow() });
  } catch (error) {
    return fail(`${place} cannot be read: ${reasonOf(error)}`);
  }
}

async function unfollow({ allocations, lists, keys }: Live): Promise<void> {
  await Promise.all([allocations.close(), lists.close(), keys.close()]);
}

/** Opens every door that the settings name, or none. */
async function listen(
  settings: Settings,
  book: PolicyBook,
  signals: Signals,
  live: Live,
  log: Log,
): Promise<Result<Doors, string>> {
  const { host, port } = settings;
  const deps = await depsOf(settings, book, signals, live, log);
  const onError = (error: unknown): void => log.error('unhandled', { error: describeError(error) });
  let server: RunningServer;
  try {
    const direct = signals.direct === null ? null : directLookup(deps, signals.direct);
    server = await startServer({ fetch: signals.watch(createApp(deps)), direct, host, port, onError });
  } catch (error) {
    return fail(`HOST, PORT: cannot listen on ${host} port ${port}: ${reasonOf(error)}`);
  }
  const postfix = await openPostfixDoor(settings, deps, signals.counter);
  if (!postfix.ok) {
    await server.close(0);
    return postfix;
  }
  const doors = [server, ...(postfix.value === null ? [] : [postfix.value])];
  return ok({
    url: server.url,
    postfix: postfix.value?.place ?? null,
    close: async () => (await Promise.all(doors.map((door) => door.close(DRAIN_MS)))).every((clean) => clean),
  });
}

async function depsOf(
  { host, lookupBudgetMs, publicUrl, rateLimit }: Settings,
  book: PolicyBook,
  { store, metricsText, decide }: Signals,
  { allocations, lists, accountRung, keys }: Live,
  log: Log,
): Promise<AppDeps> {
  return {
    store,
    allocations,
    subjects: new KnownSubjects(),
    recent: new RecentAnswers(
      [...allocations.editions, lists.edition],
      getHeapStatistics().heap_size_limit * SHARE_OF_ANSWERS,
    ),
    entriesChanged: allocations.entriesChanged,
    book,
    accountRung,
    listingOf: lists.listingOf,
    divides: (network, now) => lists.divides(network, now) || allocations.divides(network.prefix),
    listsChanged: lists.changed,
    keys,
    openWithoutKeys: isLoopback(host),
    rateLimit: await openRateLimit(rateLimit),
    lookupBudgetMs,
    decide,
    clock: Date.now,
    newId: randomUUID,
    log,
    metricsText,
    publicUrl,
  };
}

function startSweeping({ interval, run }: Sweep, log: Log): () => void {
  let sweeping = false;
  const sweep = (): void => {
    if (sweeping) return;
    sweeping = true;
    run(Date.now())
      .catch((error: unknown) => log.error('sweep-failed', { error: describeError(error) }))
      .finally(() => {
        sweeping = false;
      });
  };
  const timer = setInterval(sweep, interval);
  timer.unref();
  return () => clearInterval(timer);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
