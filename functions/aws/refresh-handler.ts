/**
 * The refresh of published allocations as a Lambda function. What became of each source is a line of log; how old what is
 * in force may be is a metric.
 */
import type { OpenFile } from '../../lib/published/follow/fetch-file.ts';
import type { SourceOutcome } from '../../lib/published/refresh/refresh.ts';
import { parseSourceList } from '../../lib/published/refresh/source-list.ts';
import type { Environment } from '../../lib/settings.ts';
import { openDynamoStore } from '../../lib/store/dynamodb/store.ts';
import { type Output, requireAwsSettings } from './aws-settings.ts';
import { embeddedMetrics } from './embedded-metrics.ts';

/** The part of Lambda's context that is read. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** Reads `REFRESH_SOURCES`. `openFile` fetches over HTTPS from public addresses only when left out. */
export function refreshHandler(env: Environment, output: Output, openFile?: OpenFile) {
  const { store: table } = requireAwsSettings(env);
  const { REFRESH_SOURCES = '' } = env;
  const sources = parseSourceList(REFRESH_SOURCES);
  if (!sources.ok)
    throw new Error(`the function cannot run as configured\nREFRESH_SOURCES: ${sources.error}`);
  const shelves = openDynamoStore(table);
  return async (_event: unknown, context: InvocationContext): Promise<readonly SourceOutcome[]> => {
    const timeLeft = (): number => context.getRemainingTimeInMillis();
    const { runRefresh } = await import('./refresh-run.ts');
    const outcomes = await runRefresh(sources.value, shelves, timeLeft, openFile);
    output.write(`${refreshMetrics(outcomes, table.tableName, Date.now())}\n`);
    return outcomes;
  };
}

/** `TableAge`: how long ago the server of the source that was confirmed longest ago said that what we have is current. */
function refreshMetrics(outcomes: readonly SourceOutcome[], table: string, now: number): string {
  const count = (of: SourceOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === of).length;
  const confirmed = outcomes.map(({ confirmedAt }) => confirmedAt).filter((at) => at > 0);
  const age = confirmed.length === 0 ? [] : [Math.round((now - Math.min(...confirmed)) / 1000)];
  const metrics = [
    ...age.map((value) => ({ name: 'TableAge', unit: 'Seconds' as const, value })),
    { name: 'SourcesRefreshed', unit: 'Count' as const, value: count('refreshed') },
    { name: 'SourcesFailed', unit: 'Count' as const, value: count('failed') },
    { name: 'SourcesPostponed', unit: 'Count' as const, value: count('postponed') },
  ];
  return embeddedMetrics(now, [{ dimensions: [['Table']], metrics }], { Table: table, sources: outcomes });
}
