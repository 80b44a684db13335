/** A second process that reads: prints the tallies of an address's ladder from the embedded store in a folder. */
import { rungsOf } from '../../lib/reputation/rung.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { recordOf } from './records.ts';

const [directory = '', address = ''] = process.argv.slice(2);
const store = new EmbeddedStore(directory);
process.stdout.write(JSON.stringify(await store.readTallies(rungsOf(recordOf(address).ladder))));
await store.close();
