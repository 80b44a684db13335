/** The HTTP API on Lambda, behind an HTTP API or a function URL. */
import { apiHandler } from './aws/api-handler.ts';

export const handler = apiHandler(process.env, process.stdout);
