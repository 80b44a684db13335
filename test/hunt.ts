/**
 * A long hunt for disagreements between lib/net and its references, over a million inputs and a new seed each time.
 * Run by hand: `npm run hunt [INPUTS] [SEED]`. What it finds becomes a row in test/vectors.
 */
import { ADDRESS_PROPERTIES } from './support/address-properties.ts';

const inputs = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 0x7fffffff);
const total = ADDRESS_PROPERTIES.reduce((sum, { runs }) => sum + runs, 0);

console.log(`seed ${seed}, ${inputs} inputs`);
for (const { says, runs, check } of ADDRESS_PROPERTIES) {
  const share = Math.ceil((runs / total) * inputs);
  check(seed, share);
  console.log(`${String(share).padStart(9)}  ${says}`);
}
