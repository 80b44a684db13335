/** A second process that writes: records one spam report on an address in the embedded store in a folder. */
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { NOW, recordOf } from './records.ts';

const [directory = '', address = '', id = ''] = process.argv.slice(2);
const store = new EmbeddedStore(directory);
await store.recordVerdicts([recordOf(address, { id })], NOW);
await store.close();
