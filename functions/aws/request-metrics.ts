/**
 * What the api function did for a request, as one log line that is also its metrics. A container answers one request at a
 * time, so whatever was counted since the line before belongs to this one.
 */
import type { AdmissionAnswer } from '../../lib/admission/admission.ts';
import { Counts } from '../../lib/http/signals/counts.ts';
import { LOOKUP_ROUTE, type Meter, type StoreOperation } from '../../lib/http/signals/meter.ts';
import { type AnsweredRequest, requestLine } from '../../lib/http/signals/request-log.ts';
import type { LookupAnswer } from '../../lib/lookup/answer.ts';
import type { Verdict } from '../../lib/reputation/verdict.ts';
import type { RecordOutcome } from '../../lib/store/port.ts';
import type { Output } from './aws-settings.ts';
import { embeddedMetrics, type Metric, type MetricSet } from './embedded-metrics.ts';

export interface RequestMetricsOptions {
  readonly output: Output;
  readonly clock: () => number;
  readonly tableName: string;
  /** Whether what was asked stands in the line beside its metrics, */
  readonly logRequests: boolean;
  /** and with it the address. */
  readonly logAddresses: boolean;
  /** When the published table in use was made, epoch milliseconds; null without one. */
  readonly tableMadeAt: () => number | null;
}

/** The names that times of the store have. */
const STORE_TIMES: Readonly<Record<StoreOperation, string>> = {
  read: 'StoreRead',
  list: 'StoreList',
  write: 'StoreWrite',
  count: 'StoreCount',
};
/** Values that one metric of one line may have. */
const MAX_VALUES = 100;

/** Metrics of one kind with the fields that name it: those of a lookup by kind and class, of verdicts by their type. */
interface Group {
  readonly set: MetricSet;
  readonly fields: object;
}

export class RequestMetrics implements Meter {
  readonly #options: RequestMetricsOptions;
  #lookups = new Counts();
  #verdicts = new Counts();
  #sums = new Map<string, number>();
  #storeTimes = new Map<string, number[]>();

  constructor(options: RequestMetricsOptions) {
    this.#options = options;
  }

  lookedUp({ network, policy, degraded }: LookupAnswer): void {
    this.#lookups.add(network.kind, policy.class);
    this.#add('Lookups', 1);
    this.#add('Degraded', degraded ? 1 : 0);
  }

  admitted({ decision }: AdmissionAnswer): void {
    this.#add('Admissions', 1);
    this.#add('Deferred', decision === 'allow' ? 0 : 1);
  }

  verdictTaken(verdict: Verdict, outcome: RecordOutcome): void {
    if (outcome === 'accepted') this.#verdicts.add(verdict, outcome);
    this.#add(outcome === 'accepted' ? 'Verdicts' : 'Duplicates', 1);
  }

  verdictRefused(): void {
    this.#add('Refused', 1);
  }

  turnedAway(): void {
    this.#add('Denied', 1);
  }

  storeAnswered(operation: StoreOperation, seconds: number): void {
    const name = STORE_TIMES[operation];
    const times = this.#storeTimes.get(name) ?? [];
    if (times.length < MAX_VALUES) times.push(Math.round(seconds * 1e6) / 1000);
    this.#storeTimes.set(name, times);
  }

  storeFailed(): void {
    this.#add('StoreErrors', 1);
  }

  /** A call of the store had to be sent again so often. */
  storeRetried(retries: number): void {
    this.#add('StoreRetries', retries);
  }

  answered(_route: string, status: number): void {
    this.#add('Requests', 1);
    this.#add('ServerErrors', status >= 500 ? 1 : 0);
  }

  /** Writes what was counted for the request; further lines for further kinds, classes and types of verdicts in it. */
  add(request: AnsweredRequest): void {
    const { output, clock, tableName, logRequests, logAddresses } = this.#options;
    const now = clock();
    const time = new Date(now).toISOString();
    const said: object = logRequests ? JSON.parse(requestLine(request, time, logAddresses)) : {};
    const whole = { set: { dimensions: [['Table']], metrics: this.#metrics(request, now) }, fields: said };
    const groups = this.#groups();
    // A metric has one value a line, so only a group that is all there is can share the line of the whole.
    for (const line of groups.length === 1
      ? [[whole, ...groups]]
      : [[whole], ...groups.map((one) => [one])]) {
      const sets = line.map(({ set }) => set);
      const fields = Object.assign({ Table: tableName }, ...line.map((group) => group.fields));
      output.write(`${embeddedMetrics(now, sets, fields)}\n`);
    }
    this.#lookups = new Counts();
    this.#verdicts = new Counts();
    this.#sums = new Map();
    this.#storeTimes = new Map();
  }

  #metrics({ route, took }: AnsweredRequest, now: number): Metric[] {
    const madeAt = this.#options.tableMadeAt();
    const latency = route === LOOKUP_ROUTE ? 'LookupLatency' : 'RequestLatency';
    return [
      { name: latency, unit: 'Milliseconds', value: Math.round(took * 1000) / 1000 },
      ...[...this.#sums].map(([name, value]) => ({ name, unit: 'Count', value }) as const),
      ...[...this.#storeTimes].map(([name, value]) => ({ name, unit: 'Milliseconds', value }) as const),
      ...(madeAt === null
        ? []
        : [{ name: 'TableAge', unit: 'Seconds', value: (now - madeAt) / 1000 } as const]),
    ];
  }

  #groups(): Group[] {
    const lookups = [...this.#lookups.entries()].map(([kind, serviceClass, value]) => ({
      set: {
        dimensions: [
          ['Table', 'Kind'],
          ['Table', 'Class'],
        ],
        metrics: [{ name: 'Lookups', unit: 'Count', value } as const],
      },
      fields: { Kind: kind, Class: serviceClass },
    }));
    const verdicts = [...this.#verdicts.entries()].map(([verdict, , value]) => ({
      set: {
        dimensions: [['Table', 'Verdict']],
        metrics: [{ name: 'Verdicts', unit: 'Count', value } as const],
      },
      fields: { Verdict: verdict },
    }));
    return [...lookups, ...verdicts];
  }

  #add(name: string, value: number): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
  }
}
