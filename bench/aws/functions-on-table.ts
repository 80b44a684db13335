/**
 * The functions on a table of the emulator, a container of each, and what they consume.
 */
import { randomUUID } from 'node:crypto';
import { apiHandler } from '../../functions/aws/api-handler.ts';
import { rollupHandler } from '../../functions/aws/rollup-handler.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { parseChange } from '../../lib/store/dynamodb/rollup/change.ts';
import { HEARD } from '../../lib/store/dynamodb/rollup/lift.ts';
import { startEmulator } from '../../test/support/dynalite.ts';
import { firstKey } from '../../test/support/first-key.ts';
import { type GatewayRequest, httpApiEvent } from '../../test/support/gateway-events.ts';
import { Pump, type StreamLog } from '../../test/support/stream-log.ts';
import type { RecordedMessage } from '../world/recorded-mail.ts';
import { type Consumed, type Consumption, consumptionOf } from './consumption.ts';

export type Reporter = 'trusted' | 'untrusted';

/** What a container of the API consumed, and the roll-up of what followed. */
export interface Spent {
  readonly api: Consumed;
  readonly rollup: Consumed;
  /** Deliveries of the stream that had anything to do. */
  readonly deliveries: number;
  /** Bytes of the API's own log. */
  readonly logBytes: number;
}

const TABLE = 'units';

export class FunctionsOnTable {
  readonly #api: Consumption;
  readonly #rollup: Consumption;
  readonly #pump: Pump;
  readonly #keys: Readonly<Record<Reporter, string>>;
  readonly #closed: () => Promise<void>;
  #deliveries = 0;
  #logBytes = 0;
  #handler: ReturnType<typeof apiHandler>;

  static async open(): Promise<FunctionsOnTable> {
    const emulator = await startEmulator();
    const { endpoint } = emulator;
    const log = await emulator.createTable(TABLE);
    const keys = {
      trusted: await firstKey(TABLE, endpoint),
      untrusted: await firstKey(TABLE, endpoint, false),
    };
    const [api, rollup] = [await consumptionOf(endpoint), await consumptionOf(endpoint)];
    return new FunctionsOnTable(api, rollup, log, keys, () => emulator.close());
  }

  private constructor(
    api: Consumption,
    rollup: Consumption,
    log: StreamLog,
    keys: Readonly<Record<Reporter, string>>,
    closed: () => Promise<void>,
  ) {
    this.#api = api;
    this.#rollup = rollup;
    const rollUp = rollupHandler(environment(rollup), { write: () => this.#deliveries++ });
    this.#pump = new Pump(log, heardBy(rollUp));
    this.#keys = keys;
    this.#closed = closed;
    this.#handler = this.#container();
  }

  /** From now on another container answers, which has not been asked before. */
  restart(): void {
    this.#handler = this.#container();
  }

  #container(): ReturnType<typeof apiHandler> {
    return apiHandler(environment(this.#api), {
      write: (text) => (this.#logBytes += Buffer.byteLength(text)),
    });
  }

  /** What some work consumed, and all that the roll-up makes of it. */
  async spentOn(work: () => Promise<void>): Promise<Spent> {
    await this.#pump.untilQuiet();
    this.#api.take();
    this.#rollup.take();
    this.#deliveries = 0;
    this.#logBytes = 0;
    await work();
    const logBytes = this.#logBytes;
    await this.#pump.untilQuiet();
    return {
      api: this.#api.take(),
      rollup: this.#rollup.take(),
      deliveries: this.#deliveries,
      logBytes,
    };
  }

  async lookup(address: string): Promise<void> {
    await this.#call({ method: 'GET', path: `/v1/lookup/${address}` });
  }

  async lookupAll(messages: readonly RecordedMessage[]): Promise<void> {
    const addresses = messages.map(({ address }) => formatAddress(address));
    await this.#post('/v1/lookup', { addresses });
  }

  async admit(address: string): Promise<void> {
    await this.#post('/v1/admission', { address, event: 'message' });
  }

  /** Reports in one call, under ids which it resolves to; what follows is rolled up before the next. */
  async report(messages: readonly RecordedMessage[], reporter: Reporter): Promise<readonly string[]> {
    const verdicts = messages.map(({ at, address, verdict }) => {
      return { id: randomUUID(), address: formatAddress(address), verdict, at: new Date(at).toISOString() };
    });
    const answer = await this.#post('/v1/verdicts', { verdicts }, this.#keys[reporter]);
    if (JSON.parse(answer).rejected.length > 0) throw new Error(answer);
    await this.#pump.untilQuiet();
    return verdicts.map(({ id }) => id);
  }

  async complain({ address }: RecordedMessage): Promise<void> {
    await this.#post('/v1/feedback', {
      xarf_version: '4.2.0',
      report_id: randomUUID(),
      timestamp: new Date().toISOString(),
      source_identifier: formatAddress(address),
      category: 'messaging',
      type: 'spam',
      protocol: 'smtp',
    });
    await this.#pump.untilQuiet();
  }

  async takeBack(id: string, reporter: Reporter): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/v1/verdicts/${id}`, key: this.#keys[reporter] });
    await this.#pump.untilQuiet();
  }

  async close(): Promise<void> {
    await Promise.all([this.#api.close(), this.#rollup.close()]);
    await this.#closed();
  }

  #post(path: string, body: object, key?: string): Promise<string> {
    return this.#call({
      method: 'POST',
      path,
      body: JSON.stringify(body),
      ...(key === undefined ? {} : { key }),
    });
  }

  async #call(request: GatewayRequest): Promise<string> {
    const answer = await this.#handler(httpApiEvent({ key: this.#keys.trusted, ...request }));
    if (!('statusCode' in answer)) throw new Error('no answer');
    const { statusCode, body = '' } = answer;
    if (statusCode >= 300) throw new Error(`${request.method} ${request.path}: ${statusCode} ${body}`);
    return body;
  }
}

/** The roll-up behind the filter of its event source, which calls for nothing else. */
function heardBy(rollUp: ReturnType<typeof rollupHandler>): ReturnType<typeof rollupHandler> {
  return async (event, context) => {
    const heard = event.Records?.filter((record) => HEARD.includes(partitionKeyOf(record).charAt(0))) ?? [];
    if (heard.length === 0) return { batchItemFailures: [], state: {} };
    return rollUp({ ...event, Records: heard }, context);
  };
}

function partitionKeyOf(record: unknown): string {
  const change = parseChange(record, '');
  return change.ok ? change.value.key.pk : '';
}

function environment({ endpoint }: Consumption): Readonly<Record<string, string>> {
  return { TABLE_NAME: TABLE, DYNAMODB_ENDPOINT: endpoint, LOOKUP_BUDGET_MS: '5000' };
}
