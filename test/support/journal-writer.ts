/** A process that reports without end, ten verdicts a call, and says the number of each call that was acknowledged; checkpoints come often, in parts if the third word says of how many tallies. */
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { callOf } from './journal-calls.ts';
import { NOW } from './records.ts';

const [directory = '', first = '0', part = '1000'] = process.argv.slice(2);
const store = new EmbeddedStore(directory, { verdicts: 40, after: 3_600_000, part: Number(part) });
for (let call = Number(first); ; call++) {
  await store.recordVerdicts(callOf(call), NOW);
  process.stdout.write(`${call}\n`);
}
