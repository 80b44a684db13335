/** The refresh of published allocations on Lambda, on a schedule. */
import { refreshHandler } from './aws/refresh-handler.ts';

export const handler = refreshHandler(process.env, process.stdout);
