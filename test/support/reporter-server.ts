/** A service over HTTP with two keys: an untrusted reporter's, which may also look up, and an administrator's. */
import { startServer } from '../../lib/http/server.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { mustCreate } from '../keys/build.ts';
import { testApp } from './http.ts';
import { ringOf } from './keyed-app.ts';

export async function serveReporter(clock: () => number) {
  const store = new MemoryStore();
  const spec = { trusted: false, trustedHosts: [] };
  const { key, token } = await mustCreate(store.records, { ...spec, scopes: ['lookup', 'report'] });
  const admin = await mustCreate(store.records, { ...spec, scopes: ['admin'] });
  const keys = await ringOf(store);
  const { app } = testApp({ store, keys, openWithoutKeys: false, lookupBudgetMs: 5000, clock });
  const server = await startServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  return { store, server, reporter: { id: key.id, token }, admin: admin.token };
}
