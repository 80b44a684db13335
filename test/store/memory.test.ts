import { MemoryStore } from '../../lib/store/memory/store.ts';
import { describeStateContract } from '../support/state-contract.ts';
import { describeStoreContract } from '../support/store-contract.ts';

async function open() {
  const store = new MemoryStore();
  return { store, cleanUp: () => store.close() };
}

describeStoreContract('the in-memory store', open);
describeStateContract('the in-memory store', open);
