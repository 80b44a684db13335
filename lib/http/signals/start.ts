/**
 * The signals of a self-hosted service, put together: metrics, a line of log a request, and traces for who collects them.
 */
import type { Hono } from 'hono';
import type { LookupSources } from '../../lookup/lookup.ts';
import { decide } from '../../policy/decide.ts';
import type { TraceSettings } from '../../settings.ts';
import { packageVersion } from '../../version.ts';
import type { AppDeps } from '../deps.ts';
import { meteredStore } from './metered-store.ts';
import { observed, tell } from './observed.ts';
import type { FactsCounter } from './request-facts.ts';
import { type AnsweredRequest, RequestLog } from './request-log.ts';
import type { Traces } from './traces.ts';

export interface SignalOptions {
  readonly store: AppDeps['store'];
  /** Hands on whole lines of the log. */
  readonly write: (lines: string) => void;
  readonly clock: () => number;
  /** Whether each request leaves a line, and whether addresses stand in it. */
  readonly logRequests: boolean;
  readonly logAddresses: boolean;
  /** Null when no traces are sent. */
  readonly traces: TraceSettings | null;
  /** When the published table in use was made, epoch milliseconds; null without one. */
  readonly tableMadeAt: () => number | null;
  /** How often a call of the store had to be sent again, since the start. */
  readonly storeRetries: () => number;
  /** Told why traces do not reach their collector. */
  readonly onTracesLost: (message: string) => void;
}

/** Where an answer that did not go through the app is told of. */
export interface DirectSignals {
  readonly counter: FactsCounter;
  readonly answered: (request: AnsweredRequest) => void;
}

export interface Signals {
  /** The store, timed: to be used instead of the bare one. */
  readonly store: AppDeps['store'];
  /** Told of what is answered elsewhere than over HTTP. */
  readonly counter: FactsCounter;
  /** The metrics in the text format of Prometheus. */
  readonly metricsText: () => Promise<string>;
  /** The app's `fetch`, watched. */
  readonly watch: (app: Pick<Hono, 'fetch' | 'routes'>) => (request: Request) => Response | Promise<Response>;
  /** Tells of lookups that are answered before the app; null where traces are sent, which begin at the app. */
  readonly direct: DirectSignals | null;
  /** The policy, traced where traces are sent; undefined: as it is. */
  readonly decide: LookupSources['decide'];
  /** Writes the lines that wait and sends the spans that do; for the end. */
  readonly flush: () => Promise<void>;
}

/**
 * Puts the signals together. Their libraries are loaded only here: a command of the command line has no use for metrics,
 * and hardly anybody for traces.
 */
export async function startSignals(options: SignalOptions): Promise<Signals> {
  const { store, write, clock, logRequests, logAddresses, tableMadeAt, storeRetries } = options;
  const { Metrics } = await import('./metrics.ts');
  const metrics = new Metrics({ version: packageVersion(), tableMadeAt, clock, storeRetries });
  const traces = await openTraces(options);
  const log = logRequests ? new RequestLog({ write, clock, addresses: logAddresses }) : null;
  return {
    store: meteredStore(store, metrics, traces),
    counter: metrics,
    metricsText: () => metrics.text(),
    watch: (app) => observed(app, { metrics, log, traces }),
    direct:
      traces === null ? { counter: metrics, answered: (request) => tell({ metrics, log }, request) } : null,
    decide: traces === null ? undefined : (...facts) => traces.during('policy', () => decide(...facts)),
    flush: async () => {
      log?.flush();
      await traces?.close();
    },
  };
}

async function openTraces({ traces, onTracesLost }: SignalOptions): Promise<Traces | null> {
  if (traces === null) return null;
  const { Traces } = await import('./traces.ts');
  return new Traces({ ...traces, version: packageVersion(), onError: onTracesLost });
}
