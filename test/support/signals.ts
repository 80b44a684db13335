/** An app with the signals of a self-hosted service around it. */
import { type SignalOptions, startSignals } from '../../lib/http/signals/start.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { testApp } from './http.ts';
import { NOW } from './records.ts';

export async function watchedApp(options: Partial<SignalOptions> = {}) {
  const lines: string[] = [];
  const signals = await startSignals({
    store: new MemoryStore(),
    write: (text) => lines.push(...text.trimEnd().split('\n')),
    clock: () => NOW,
    logRequests: true,
    logAddresses: false,
    traces: null,
    tableMadeAt: () => null,
    storeRetries: () => 0,
    onTracesLost: () => undefined,
    ...options,
  });
  const { app } = testApp({ store: signals.store, metricsText: signals.metricsText });
  const fetch = signals.watch(app);
  return {
    ask: async (path: string, body?: unknown): Promise<Response> => {
      const headers = { 'content-type': 'application/json', host: 'localhost' };
      const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
      return await fetch(new Request(`http://localhost${path}`, init));
    },
    /** The metrics as Prometheus is told them, */
    text: signals.metricsText,
    /** and read: values by name and labels, as they are written. */
    metrics: async (): Promise<ReadonlyMap<string, number>> => {
      const text = await signals.metricsText();
      const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return new Map(
        samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
      );
    },
    /** The lines of the log so far. */
    log: async (): Promise<readonly string[]> => {
      await signals.flush();
      return lines;
    },
  };
}
