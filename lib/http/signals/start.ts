/**
 * The signals of a self-hosted service, put together: metrics, and a line of log a request.
 */
import type { Hono } from 'hono';
import { readPublished } from '../../published/import-records.ts';
import { packageVersion } from '../../version.ts';
import type { AppDeps } from '../deps.ts';
import { meteredStore } from './metered-store.ts';
import { observed } from './observed.ts';
import { RequestLog } from './request-log.ts';

export interface SignalOptions {
  readonly store: AppDeps['store'];
  /** Hands on whole lines of the log. */
  readonly write: (lines: string) => void;
  readonly clock: () => number;
  /** Whether each request leaves a line, and whether addresses stand in it. */
  readonly logRequests: boolean;
  readonly logAddresses: boolean;
}

export interface Signals {
  /** The store, timed: to be used instead of the bare one. */
  readonly store: AppDeps['store'];
  /** The metrics in the text format of Prometheus. */
  readonly metricsText: () => Promise<string>;
  /** The app's `fetch`, watched. */
  readonly watch: (app: Pick<Hono, 'fetch' | 'routes'>) => (request: Request) => Response | Promise<Response>;
  /** Writes the lines that wait; for the end. */
  readonly flush: () => void;
}

/** Puts the signals together. The metrics library is loaded only here: a command of the command line has no use for it. */
export async function startSignals(options: SignalOptions): Promise<Signals> {
  const { store, write, clock, logRequests, logAddresses } = options;
  const { Metrics } = await import('./metrics.ts');
  const tableMadeAt = async (): Promise<number | null> => {
    const { table, at } = await readPublished(store.records);
    return table === null ? null : at;
  };
  const metrics = new Metrics({ version: packageVersion(), tableMadeAt, clock });
  const log = logRequests ? new RequestLog({ write, clock, addresses: logAddresses }) : null;
  return {
    store: meteredStore(store, metrics),
    metricsText: () => metrics.text(),
    watch: (app) => observed(app, { metrics, log }),
    flush: () => log?.flush(),
  };
}
