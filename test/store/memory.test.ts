import { MemoryStore } from '../../lib/store/memory/store.ts';
import { describeStoreContract } from '../support/store-contract.ts';

describeStoreContract('the in-memory store', async () => {
  const store = new MemoryStore();
  return { store, cleanUp: () => store.close() };
});
