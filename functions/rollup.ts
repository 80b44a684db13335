/** The roll-up on Lambda, on the table's stream. */

import { standardOutput } from './aws/aws-settings.ts';
import { rollupHandler } from './aws/rollup-handler.ts';

export const handler = rollupHandler(process.env, standardOutput(process));
