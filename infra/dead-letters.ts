/**
 * Replays changes that the roll-up had put aside, once what made them unreadable is mended: `npm run dead-letters`, with
 * TABLE_NAME and credentials in the environment. What still cannot be applied stays, and is named with the reason.
 */
import { fileURLToPath } from 'node:url';
import { requireAwsSettings } from '../functions/aws/aws-settings.ts';
import { DynamoTable } from '../lib/store/dynamodb/dynamo-table.ts';
import { replayDeadLetters } from '../lib/store/dynamodb/rollup/replay.ts';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const table = new DynamoTable(requireAwsSettings(process.env).store);
  const { applied, left } = await replayDeadLetters(table, { now: Date.now, isLate: () => false });
  table.close();
  for (const { place, reason } of left) process.stdout.write(`${place}: ${reason}\n`);
  process.stdout.write(`${applied} applied, ${left.length} left\n`);
  process.exitCode = left.length === 0 ? 0 : 1;
}
