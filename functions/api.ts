/** The HTTP API on Lambda, behind an HTTP API or a function URL. */
import { apiHandler } from './aws/api-handler.ts';
import { standardOutput } from './aws/aws-settings.ts';

export const handler = apiHandler(process.env, standardOutput(process));
