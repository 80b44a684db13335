/** Writes `infra/policy.schema.json` from the schema in the code: `npm run schema:policy`. */
import { writeFileSync } from 'node:fs';
import { policyJsonSchema } from '../lib/policy/policy-schema.ts';

writeFileSync(
  new URL('policy.schema.json', import.meta.url),
  `${JSON.stringify(policyJsonSchema(), null, 2)}\n`,
);
