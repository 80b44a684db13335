/**
 * `GET /metrics`: the text format of Prometheus.
 */
import type { AppDeps } from '../deps.ts';
import { problemResponse, textResponse } from '../respond.ts';

const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function metrics({ metricsText }: AppDeps) {
  return async (): Promise<Response> => {
    if (metricsText === null) {
      return problemResponse({ kind: 'not-found', detail: 'metrics: this platform keeps them elsewhere' });
    }
    return textResponse(await metricsText(), TYPE);
  };
}
