/**
 * Verdicts on DynamoDB: each is one conditional write, many go side by side, and a retry changes nothing.
 */
import { randomBytes } from 'node:crypto';
import type { RungKey } from '../../reputation/rung.ts';
import { subjectsOf } from '../impulse.ts';
import type { RecordOutcome, VerdictRecord } from '../port.ts';
import { concurrently } from './concurrently.ts';
import { type Item, keyIn, number, numberIn, text } from './item.ts';
import { forgottenKey, type TableKey, VERDICT_LANES, verdictKey, verdictLane } from './keys.ts';
import type { PlaceInQuery, Table } from './table.ts';
import { putVerdict, takeBack, verdictIn } from './verdict-commands.ts';

/** Writes of one call under way at a time; a little under the sockets of a client. */
const WRITES_AT_ONCE = 48;

export class DynamoVerdicts {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async record(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]> {
    const token = newToken();
    const seen = new Set<string>();
    const first = records.map(({ reporter, id }) => {
      const { pk, sk } = verdictKey(reporter.id, id);
      const name = `${pk}\n${sk}`;
      return !seen.has(name) && seen.add(name) !== undefined;
    });
    const written = await concurrently(
      records.filter((_, i) => first[i]),
      WRITES_AT_ONCE,
      (record) => this.#table.put(putVerdict(record, now, token)),
    );
    let next = 0;
    return first.map((isFirst) => (isFirst && written[next++] === 'written' ? 'accepted' : 'duplicate'));
  }

  async retract(reporterId: string, id: string, now: number): Promise<boolean> {
    const taken = await this.#takeBack(verdictKey(reporterId, id), now, newToken());
    if (taken === 'refused') return false;
    const { record, receivedAt } = verdictIn(taken);
    const forgotten = await Promise.all(subjectsOf(record).map((subject) => this.#forgottenAt(subject)));
    return forgotten.some((at) => at < receivedAt);
  }

  async retractSince(reporterId: string, since: number, now: number): Promise<number> {
    const token = newToken();
    let retracted = 0;
    for (let lane = 0; lane < VERDICT_LANES; lane++) {
      for await (const keys of this.#standingSince(verdictLane(reporterId, lane), since)) {
        const taken = await concurrently(keys, WRITES_AT_ONCE, (key) => this.#takeBack(key, now, token));
        retracted += taken.filter((item) => item !== 'refused').length;
      }
    }
    return retracted;
  }

  #takeBack(key: TableKey, now: number, token: string): Promise<Item | 'refused'> {
    return this.#table.update(takeBack(key, now, token));
  }

  /** Until when (epoch milliseconds, inclusive) verdicts received about a subject are forgotten; -1 when none are. */
  async #forgottenAt(subject: RungKey): Promise<number> {
    const marker = await this.#table.get(forgottenKey(subject), { consistent: true });
    return marker === undefined ? -1 : (numberIn(marker, 'at') ?? -1);
  }

  /** The keys, page by page, of a lane's verdicts that were received since a time and not taken back. */
  async *#standingSince(lane: string, since: number): AsyncGenerator<readonly TableKey[]> {
    let start: PlaceInQuery;
    do {
      const { items, next } = await this.#table.query({
        KeyConditionExpression: 'pk = :lane',
        FilterExpression: '#received >= :since AND attribute_not_exists(#gone)',
        ProjectionExpression: 'pk, sk',
        ExpressionAttributeNames: { '#received': 'received', '#gone': 'gone' },
        ExpressionAttributeValues: { ':lane': text(lane), ':since': number(since) },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      });
      yield items.map(keyIn);
      start = next;
    } while (start !== undefined);
  }
}

/** Names one call, so that its own retries are told from anybody else's writes. */
function newToken(): string {
  return randomBytes(9).toString('base64url');
}
