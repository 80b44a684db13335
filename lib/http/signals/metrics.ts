/**
 * The service's metrics for Prometheus. Names end in their unit; labels are closed sets of our own words.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AdmissionAnswer } from '../../admission/admission.ts';
import type { Told } from '../../lookup/answer.ts';
import type { Verdict } from '../../reputation/verdict.ts';
import type { RecordOutcome } from '../../store/port.ts';
import type { FailureKind } from '../problem.ts';
import { Counts } from './counts.ts';
import { Durations } from './durations.ts';
import { LOOKUP_ROUTE, type Meter, type StoreOperation } from './meter.ts';
import type { Denial } from './request-facts.ts';

/** Seconds: from a read in memory to the end of patience. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export interface MetricsSources {
  readonly version: string;
  /** When the published table in use was made, epoch milliseconds; null while there is none. */
  readonly tableMadeAt: () => number | null;
  readonly clock: () => number;
  /** How often a call of the store had to be sent again, since the start. */
  readonly storeRetries: () => number;
}

export class Metrics implements Meter {
  readonly #registry = new Registry();
  readonly #lookups = new Counts();
  readonly #degraded = new Counts();
  readonly #admissions = new Counts();
  readonly #admissionCauses = new Counts();
  readonly #requests = new Counts();
  readonly #verdicts = new Counts();
  readonly #refused: Counter<'reason'>;
  readonly #turnedAway: Counter<'reason'>;
  readonly #lookupSeconds: Durations;
  readonly #requestSeconds: Histogram<'route'>;
  readonly #storeSeconds: Readonly<Record<StoreOperation, Durations>>;
  readonly #storeErrors: Counter<'operation'>;

  constructor(sources: MetricsSources) {
    collectDefaultMetrics({ register: this.#registry });
    this.#counted('prefixwise_lookups_total', 'Lookups answered.', ['kind', 'class'], this.#lookups);
    this.#counted(
      'prefixwise_lookups_degraded_total',
      'Lookups answered without evidence.',
      ['kind', 'class'],
      this.#degraded,
    );
    this.#counted(
      'prefixwise_admissions_total',
      'Events of SMTP sessions ruled on.',
      ['class', 'decision'],
      this.#admissions,
    );
    this.#counted(
      'prefixwise_admissions_limited_total',
      'Events deferred, by the limit or `policy`, and those allowed as `degraded`.',
      ['class', 'limit'],
      this.#admissionCauses,
    );
    this.#counted('prefixwise_requests_total', 'Requests answered.', ['route', 'status'], this.#requests);
    this.#counted('prefixwise_verdicts_total', 'Verdicts taken.', ['verdict', 'outcome'], this.#verdicts);
    this.#refused = this.#counter('prefixwise_verdicts_refused_total', 'Verdicts not taken.', ['reason']);
    this.#turnedAway = this.#counter('prefixwise_requests_denied_total', 'Requests not let in.', ['reason']);
    this.#lookupSeconds = this.#durations(
      'prefixwise_lookup_duration_seconds',
      'Time until a single lookup is answered.',
    );
    this.#requestSeconds = new Histogram({
      name: 'prefixwise_request_duration_seconds',
      help: 'Time until any other request is answered.',
      labelNames: ['route'],
      buckets: BUCKETS,
      registers: [this.#registry],
    });
    this.#storeSeconds = {
      read: this.#durations(
        'prefixwise_store_read_duration_seconds',
        'Time of reading the rungs of a ladder.',
      ),
      list: this.#durations('prefixwise_store_list_duration_seconds', 'Time of listing rungs of a block.'),
      write: this.#durations('prefixwise_store_write_duration_seconds', 'Time until verdicts are durable.'),
      count: this.#durations('prefixwise_store_count_duration_seconds', 'Time of counting for admission.'),
    };
    this.#storeErrors = this.#counter('prefixwise_store_errors_total', 'Operations the store failed at.', [
      'operation',
    ]);
    for (const operation of ['read', 'list', 'write', 'count']) this.#storeErrors.inc({ operation }, 0);
    this.#describe(sources);
  }

  lookedUp({ network, policy, degraded }: Told): void {
    this.#lookups.add(network.kind, policy.class);
    if (degraded) this.#degraded.add(network.kind, policy.class);
  }

  admitted({ decision, limit, lookup, degraded }: AdmissionAnswer): void {
    const { policy } = lookup;
    this.#admissions.add(policy.class, decision);
    const cause = degraded ? 'degraded' : decision === 'allow' ? null : (limit?.name ?? 'policy');
    if (cause !== null) this.#admissionCauses.add(policy.class, cause);
  }

  verdictRefused(reason: FailureKind): void {
    this.#refused.inc({ reason });
  }

  turnedAway(reason: Denial): void {
    this.#turnedAway.inc({ reason });
  }

  verdictTaken(verdict: Verdict, outcome: RecordOutcome): void {
    this.#verdicts.add(verdict, outcome);
  }

  answered(route: string, status: number, seconds: number): void {
    this.#requests.add(route, String(status));
    if (route === LOOKUP_ROUTE) this.#lookupSeconds.add(seconds);
    else this.#requestSeconds.observe({ route }, seconds);
  }

  storeAnswered(operation: StoreOperation, seconds: number): void {
    this.#storeSeconds[operation].add(seconds);
  }

  storeFailed(operation: StoreOperation): void {
    this.#storeErrors.inc({ operation });
  }

  /** All of it in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #describe({ version, tableMadeAt, clock, storeRetries }: MetricsSources): void {
    const registers = [this.#registry];
    const build = { name: 'prefixwise_build_info', help: 'Always 1; the version is a label.', registers };
    new Gauge({ ...build, labelNames: ['version'] }).set({ version }, 1);
    new Counter({
      name: 'prefixwise_store_retries_total',
      help: 'Calls sent to the store again, after a throttle or a fault.',
      registers,
      collect() {
        this.reset();
        this.inc(storeRetries());
      },
    });
    new Gauge({
      name: 'prefixwise_published_table_age_seconds',
      help: 'Age of the published allocations in use; not there without any.',
      registers,
      collect() {
        const madeAt = tableMadeAt();
        if (madeAt === null) this.remove();
        else this.set((clock() - madeAt) / 1000);
      },
    });
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #counted(
    name: string,
    help: string,
    labels: readonly [first: string, second: string],
    counts: Counts,
  ): void {
    const [first, second] = labels;
    new Counter({
      name,
      help,
      labelNames: [first, second],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [a, b, count] of counts.entries()) this.inc({ [first]: a, [second]: b }, count);
      },
    });
  }

  #durations(name: string, help: string): Durations {
    const registers = [this.#registry];
    const durations: Durations = new Durations((seconds) => histogram.observe(seconds));
    const collect = (): void => durations.flush();
    const histogram = new Histogram({ name, help, buckets: BUCKETS, registers, collect });
    return durations;
  }
}
