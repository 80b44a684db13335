/**
 * What a delivery came to, as one log line in CloudWatch's embedded metric format: metrics without a call of their own.
 */
import type { RollupReport } from '../../lib/store/dynamodb/rollup/handler.ts';

/** Metrics by name, with their units. */
const METRICS = [
  { Name: 'Lag', Unit: 'Milliseconds' },
  { Name: 'Records', Unit: 'Count' },
  { Name: 'Writes', Unit: 'Count' },
  { Name: 'Conflicts', Unit: 'Count' },
  { Name: 'Repeated', Unit: 'Count' },
  { Name: 'DeadLetters', Unit: 'Count' },
] as const;

export const METRICS_NAMESPACE = 'Prefixwise';

/** `now` is epoch milliseconds. */
export function rollupMetrics(report: RollupReport, table: string, now: number): string {
  const { lagMs, records, writes, conflicts, repeated, buried, failure } = report;
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: METRICS_NAMESPACE, Dimensions: [['Table']], Metrics: METRICS }],
    },
    Table: table,
    Lag: lagMs,
    Records: records,
    Writes: writes,
    Conflicts: conflicts,
    Repeated: repeated,
    DeadLetters: buried,
    ...(failure === null ? {} : { failure: failure instanceof Error ? failure.message : String(failure) }),
  });
}
