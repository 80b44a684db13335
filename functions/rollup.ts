/** The roll-up on Lambda, on the table's stream. */
import { rollupHandler } from './aws/rollup-handler.ts';

export const handler = rollupHandler(process.env, process.stdout);
