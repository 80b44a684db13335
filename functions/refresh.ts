/** The refresh of published allocations on Lambda, on a schedule. */

import { standardOutput } from './aws/aws-settings.ts';
import { refreshHandler } from './aws/refresh-handler.ts';

export const handler = refreshHandler(process.env, standardOutput(process));
