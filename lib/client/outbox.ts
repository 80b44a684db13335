/**
 * Verdicts on their way to the service: a bounded queue, sent in batches one after the other. Each has an id from the start,
 * so that sending a batch again is harmless (the service knows an id for 30 days).
 */
import { randomUUID } from 'node:crypto';
import { parseAddress } from '../net/address.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Account, readAccount } from './answers.ts';
import type { Service } from './service.ts';
import { failWith, isPassing, type Trouble } from './trouble.ts';

/** What mail from an address was. */
export interface Verdict {
  readonly address: string;
  readonly verdict:
    | 'spam'
    | 'ham'
    | 'malware'
    | 'fraud'
    | 'abusive'
    | 'invalid-recipients'
    | 'trap'
    | 'auth-failure';
  /** Your own name for it; one is made up when it is missing. */
  readonly id?: string | undefined;
  /** When the mail was seen; now when it is missing. */
  readonly at?: Date | undefined;
  /** How many like messages it speaks for. */
  readonly count?: number | undefined;
  readonly account?: string | undefined;
  readonly org?: string | undefined;
}

export interface OutboxOptions {
  /** Verdicts that wait at most; what comes when it is full is dropped, what waits stays. */
  readonly queueSize: number;
  readonly batchSize: number;
  /** Milliseconds after which a batch goes out that is not full. */
  readonly batchMs: number;
  /** First and longest pause in milliseconds before a batch is sent again. */
  readonly retryMs: readonly [first: number, longest: number];
  readonly clock: () => number;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** What became of the verdicts so far. */
export interface OutboxCounts {
  /** Waiting, or on their way. */
  readonly waiting: number;
  readonly accepted: number;
  /** Known to the service before: a batch was sent again that had arrived. */
  readonly duplicates: number;
  /** Not taken by the service, one by one or with their batch. */
  readonly refused: number;
  /** Not taken by the queue, because it was full or closed. */
  readonly dropped: number;
  /** Batches sent again. */
  readonly retries: number;
}

export class Outbox {
  readonly #service: Service;
  readonly #options: OutboxOptions;
  readonly #queue: object[] = [];
  readonly #counts = { accepted: 0, duplicates: 0, refused: 0, dropped: 0, retries: 0 };
  #isClosed = false;
  #isSending = false;
  /** Ends the wait for a fuller batch or for the next try. */
  #wake: (() => void) | null = null;
  #whenEmpty: (() => void)[] = [];

  constructor(service: Service, options: OutboxOptions) {
    this.#service = service;
    this.#options = options;
  }

  get counts(): OutboxCounts {
    return { waiting: this.#queue.length, ...this.#counts };
  }

  /** Queues a verdict and gives its id; the caller never waits. */
  add(verdict: Verdict): Result<string, Trouble> {
    const { queueSize, batchSize, clock } = this.#options;
    const address = parseAddress(verdict.address);
    if (!address.ok) return fail(address.error);
    if (this.#isClosed || this.#queue.length >= queueSize) {
      this.#counts.dropped++;
      return this.#isClosed
        ? failWith('closed', 'the client was closed')
        : failWith('queue-full', `${queueSize} verdicts wait already`);
    }
    const { id = randomUUID(), at = new Date(clock()) } = verdict;
    this.#queue.push({ ...verdict, id, at });
    if (this.#queue.length >= batchSize) this.#wake?.();
    if (!this.#isSending) void this.#send();
    return ok(id);
  }

  /** Sends what waits; resolves when the queue is empty or after `timeoutMs` milliseconds. Nothing is taken any more. */
  async close(timeoutMs: number): Promise<OutboxCounts> {
    this.#isClosed = true;
    if (this.#queue.length > 0) {
      this.#wake?.();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#whenEmpty.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    // Whatever is left is given up: no timer of ours may hold the process.
    const left = this.counts;
    this.#queue.length = 0;
    this.#wake?.();
    return left;
  }

  /** Batch after batch until nothing waits. */
  async #send(): Promise<void> {
    this.#isSending = true;
    const { batchSize, batchMs } = this.#options;
    let failures = 0;
    while (this.#queue.length > 0) {
      if (failures > 0) await this.#rest(this.#backoff(failures));
      else if (this.#queue.length < batchSize && !this.#isClosed) await this.#rest(batchMs);
      const batch = this.#queue.slice(0, batchSize);
      if (batch.length === 0) break;
      const sent = await this.#service.post('/v1/verdicts', { verdicts: batch }, readAccount);
      if (!sent.ok) this.#options.onTrouble(sent.error);
      if (!sent.ok && isPassing(sent.error)) {
        failures++;
        this.#counts.retries++;
        continue;
      }
      failures = 0;
      this.#queue.splice(0, batch.length);
      this.#settle(batch.length, sent.ok ? sent.value.value : null);
    }
    this.#isSending = false;
    for (const done of this.#whenEmpty.splice(0)) done();
  }

  /** Books what the service said of a batch; null when it refused all of it. */
  #settle(size: number, account: Account | null): void {
    if (account === null) {
      this.#counts.refused += size;
      return;
    }
    const { accepted, duplicates, rejected, rejectedBeyond = 0 } = account;
    this.#counts.accepted += accepted;
    this.#counts.duplicates += duplicates;
    this.#counts.refused += rejected.length + rejectedBeyond;
    for (const { detail } of rejected) this.#options.onTrouble({ kind: 'refused', detail });
  }

  /** Doubles with every failure, with some chance in it, so that ten mail servers do not come back at once. */
  #backoff(failures: number): number {
    const [first, longest] = this.#options.retryMs;
    return Math.min(longest, first * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}
