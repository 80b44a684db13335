/**
 * How a client is set up: what may be given, what it is when it is not, and what is wrong with it.
 */
import { fail, ok, type Result } from '../result.ts';
import type { Trouble } from './trouble.ts';

export interface ClientOptions {
  /** Where the service is, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The key to ask with; none on an open service. */
  readonly key?: string | undefined;
  /** What to do with mail when there is no answer at all. Default: `accept`, so that mail flows. */
  readonly onTrouble?: 'accept' | 'tempfail' | undefined;
  /** Milliseconds a caller waits for an answer, 1 to 10,000. Default: 50. */
  readonly budgetMs?: number | undefined;
  /** Milliseconds after which a request is given up, for the cache or for a batch of verdicts. Default: 5,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** Lookups under way at most. Default: 256. */
  readonly maxInFlight?: number | undefined;
  /** Answers kept at most. Default: 20,000. */
  readonly cacheSize?: number | undefined;
  /** Milliseconds for which an expired answer is of use while no newer one is to be had. Default: an hour. */
  readonly maxStaleMs?: number | undefined;
  /** Verdicts that wait at most. Default: 10,000. */
  readonly queueSize?: number | undefined;
  /** Verdicts sent together, 1 to 10,000. Default: 500. */
  readonly batchSize?: number | undefined;
  /** Milliseconds after which a batch goes out that is not full. Default: 1,000. */
  readonly batchMs?: number | undefined;
  /** First and longest pause in milliseconds before a batch is sent again. Default: 500 and 60,000. */
  readonly retryMs?: readonly [first: number, longest: number] | undefined;
  /** Told of every trouble, for a log. */
  readonly log?: ((trouble: Trouble) => void) | undefined;
  /** Another `fetch`: one of your own agents, a Unix socket, a test. */
  readonly fetch?: typeof fetch | undefined;
  /** Epoch milliseconds. Default: the system's clock. */
  readonly clock?: (() => number) | undefined;
}

/** The same with nothing left open. */
export type Settled = { readonly [K in keyof ClientOptions]-?: NonNullable<ClientOptions[K]> };

/** The largest batch that the service takes. */
const MAX_BATCH = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const RANGES = [
  ['budgetMs', 1, 10_000],
  ['requestTimeoutMs', 1, 60_000],
  ['maxInFlight', 1, 10_000],
  ['cacheSize', 1, 10_000_000],
  ['maxStaleMs', 0, DAY_MS],
  ['queueSize', 1, 10_000_000],
  ['batchSize', 1, MAX_BATCH],
  ['batchMs', 0, 60_000],
] as const;

/** Fails with one sentence that names the option at fault. */
export function settle(options: ClientOptions): Result<Settled, string> {
  const settled: Settled = {
    url: options.url.replace(/\/+$/, ''),
    key: options.key ?? '',
    onTrouble: options.onTrouble ?? 'accept',
    budgetMs: options.budgetMs ?? 50,
    requestTimeoutMs: options.requestTimeoutMs ?? 5000,
    maxInFlight: options.maxInFlight ?? 256,
    cacheSize: options.cacheSize ?? 20_000,
    maxStaleMs: options.maxStaleMs ?? HOUR_MS,
    queueSize: options.queueSize ?? 10_000,
    batchSize: options.batchSize ?? 500,
    batchMs: options.batchMs ?? 1000,
    retryMs: options.retryMs ?? [500, 60_000],
    log: options.log ?? (() => undefined),
    fetch: options.fetch ?? fetch,
    clock: options.clock ?? Date.now,
  };
  const fault = faultOf(settled);
  return fault === null ? ok(settled) : fail(fault);
}

function faultOf(settled: Settled): string | null {
  const { url, key, onTrouble, retryMs } = settled;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return `url: an http or https URL is expected, not ${JSON.stringify(url)}`;
  }
  if (!/^[\x21-\x7e]*$/.test(key)) return 'key: printable ASCII characters are expected';
  if (onTrouble !== 'accept' && onTrouble !== 'tempfail') return 'onTrouble: accept or tempfail is expected';
  for (const [name, least, most] of RANGES) {
    const value = settled[name];
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    return `${name}: a whole number from ${least} to ${most} is expected, not ${value}`;
  }
  const [first, longest] = retryMs;
  return first > 0 && longest >= first
    ? null
    : 'retryMs: two numbers above 0 are expected, the smaller first';
}
