// Prints the counts of the test runs that just ended, added up, as one plain line.
import { readFileSync } from 'node:fs';

const runs = ['coverage/tests.json', 'coverage/peers.json'].map((file) =>
  JSON.parse(readFileSync(file, 'utf8')),
);
const sum = (count) => runs.reduce((total, run) => total + run[count], 0);
process.stdout.write(
  `\n${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${sum('numPendingTests')} skipped\n`,
);
