/**
 * CloudWatch's embedded metric format: metrics as fields of a log line, without a call of their own.
 */
const NAMESPACE = 'Prefixwise';

export interface Metric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** Several measurements of one line; at most 100. */
  readonly value: number | readonly number[];
}

export interface MetricSet {
  /** Sets of names of fields that the metrics are kept apart by, each at most 30. */
  readonly dimensions: readonly (readonly string[])[];
  readonly metrics: readonly Metric[];
}

/** A log line, without its end, that CloudWatch reads the metrics from; `now` is epoch milliseconds. */
export function embeddedMetrics(
  now: number,
  sets: readonly MetricSet[],
  fields: Readonly<Record<string, unknown>>,
): string {
  const directives = sets.map(({ dimensions, metrics }) => ({
    Namespace: NAMESPACE,
    Dimensions: dimensions,
    Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  }));
  const values = sets.flatMap(({ metrics }) => metrics.map(({ name, value }) => [name, value] as const));
  return JSON.stringify({
    _aws: { Timestamp: now, CloudWatchMetrics: directives },
    ...fields,
    ...Object.fromEntries(values),
  });
}
