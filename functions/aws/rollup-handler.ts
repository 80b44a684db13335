/**
 * The roll-up as a Lambda function, with what it did as metrics.
 */
import type { Environment } from '../../lib/settings.ts';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { type Output, requireAwsSettings } from './aws-settings.ts';
import { rollupMetrics } from './rollup-metrics.ts';

export function rollupHandler(env: Environment, output: Output): ReturnType<typeof createRollupHandler> {
  const { store, evidenceMonths } = requireAwsSettings(env);
  return createRollupHandler({
    table: new DynamoTable(store),
    now: Date.now,
    evidenceMonths,
    onReport: (report) => output.write(`${rollupMetrics(report, store.tableName, Date.now())}\n`),
  });
}
