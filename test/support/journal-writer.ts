/**
 * A process that reports without end, ten verdicts a call, and says the number of each call that was acknowledged. When one is refused it
 * says whether all is as before, and ends. Checkpoints come often, in parts if the third word says of how many tallies; the fourth says
 * how large a transaction is that goes to the disk on LMDB's thread.
 */
import { rootKey } from '../../lib/reputation/rung.ts';
import { tallyAsText } from '../../lib/store/codec/tally.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { standingKey } from '../../lib/store/impulse.ts';
import { callOf } from './journal-calls.ts';
import { NOW } from './records.ts';

const [directory = '', first = '0', part = '1000', large = '1000'] = process.argv.slice(2);
const store = new EmbeddedStore(directory, {
  verdicts: 40,
  after: 3_600_000,
  part: Number(part),
  large: Number(large),
});
// Where a file may not grow further, a write beyond is an error, not the end.
process.on('SIGXFSZ', () => undefined);
let before = whole();
for (let call = Number(first), isTaken = true; isTaken; call++) {
  before = whole();
  isTaken = await store.recordVerdicts(callOf(call), NOW).then(
    () => true,
    () => false,
  );
  process.stdout.write(isTaken ? `${call}\n` : 'refused\n');
}
process.stdout.write(before === whole() ? 'as before\n' : 'not as before\n');
process.exit();

/** What all verdicts came to, and that of those who said it. */
function whole(): string {
  const tallies = store.readTallies([rootKey(4), rootKey(6), standingKey('local'), standingKey('r1')]);
  return tallies.map(tallyAsText).join('\0');
}
