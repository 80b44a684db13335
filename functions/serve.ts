/** The self-hosted service: `npm start`. */
import { runService } from '../lib/http/run.ts';

await runService(process);
