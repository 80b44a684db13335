/**
 * What a delivery came to, as one log line.
 */
import type { RollupReport } from '../../lib/store/dynamodb/rollup/handler.ts';
import { embeddedMetrics } from './embedded-metrics.ts';

/** `now` is epoch milliseconds. */
export function rollupMetrics(report: RollupReport, table: string, now: number): string {
  const { lagMs, records, writes, conflicts, repeated, buried, failure } = report;
  const metrics = [
    { name: 'Lag', unit: 'Milliseconds', value: lagMs },
    { name: 'Records', unit: 'Count', value: records },
    { name: 'Writes', unit: 'Count', value: writes },
    { name: 'Conflicts', unit: 'Count', value: conflicts },
    { name: 'Repeated', unit: 'Count', value: repeated },
    { name: 'DeadLetters', unit: 'Count', value: buried },
  ] as const;
  const failed =
    failure === null ? {} : { failure: failure instanceof Error ? failure.message : String(failure) };
  return embeddedMetrics(now, [{ dimensions: [['Table']], metrics }], { Table: table, ...failed });
}
