/** The app over a store in memory whose operator entries and published table are live, as a service has them. */
import { openAllocations } from '../../lib/published/live.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { type TestApp, testApp } from './http.ts';

export interface LiveApp extends TestApp {
  /** `PUT /v1/allocations/{prefix}`. */
  put(prefix: string, entry: object): Promise<Response>;
  /** Reads the published table anew. */
  refresh(): Promise<void>;
}

export async function liveApp(store = new MemoryStore()): Promise<LiveApp> {
  const live = await openAllocations(store, (error) => {
    throw error;
  });
  await live.close();
  const built = testApp({ store, allocations: live, entriesChanged: live.entriesChanged });
  return {
    ...built,
    store,
    refresh: live.refresh,
    put: async (prefix, entry) =>
      built.app.request(`/v1/allocations/${encodeURIComponent(prefix)}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(entry),
      }),
  };
}
