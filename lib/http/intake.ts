/**
 * The intake of one verdicts request: parses item by item, makes them durable in chunks, and keeps the account of it.
 */
import { type Claim, type PlacedClaim, type ReportSources, report } from '../report/report.ts';
import { ok, type Result } from '../result.ts';
import type { Reporter } from '../store/port.ts';
import { MAX_NAMED_REJECTIONS, STREAM_CHUNK } from './limits.ts';
import { type Failure, type FailureKind, problemOf } from './problem.ts';
import { type ClaimSources, parseVerdict } from './wire/verdict.ts';

export interface IntakeSources extends ReportSources, ClaimSources {
  readonly reporter: Reporter;
  readonly clock: () => number;
  /** Asked before so many verdicts are made durable; false when the reporter is no longer heard. */
  readonly mayWrite: (verdicts: number) => Promise<boolean>;
  /** Told of every item that is not taken. */
  readonly onRefused?: (kind: FailureKind) => void;
}

/** An item that was not taken, as the answer names it. */
export interface Rejection {
  readonly index: number;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

/** The answer to a verdicts request. */
export interface IntakeAccount {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
  /** Refused items beyond those named; left out when all are named. */
  readonly rejectedBeyond?: number;
}

/**
 * Turns of the event loop between two chunks. A server accepts one connection a turn (libuv), and a chunk takes as long as
 * hundreds of lookups: who connects anew for each would wait for a chunk and more, each behind the other.
 */
const TURNS = 32;

export class Intake {
  readonly #sources: IntakeSources;
  readonly #rejected: Rejection[] = [];
  #waiting: PlacedClaim[] = [];
  #accepted = 0;
  #duplicates = 0;
  #rejectedBeyond = 0;
  #isHeard = true;

  constructor(sources: IntakeSources) {
    this.#sources = sources;
  }

  /** False once the reporter is no longer heard: nothing after that is taken. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** Takes the item at `index`. True when a chunk is full: then it is time to flush. */
  take(item: Result<unknown, Failure>, index: number): boolean {
    const claim = item.ok ? parseVerdict(item.value, index, this.#sources, this.#sources.clock()) : item;
    if (claim.ok) return this.takeClaim(claim.value, index);
    this.reject(index, claim.error);
    return false;
  }

  /** Takes a claim that was parsed before. */
  takeClaim(claim: Claim, index: number): boolean {
    return this.#waiting.push({ index, claim }) >= STREAM_CHUNK;
  }

  /** Makes what was taken durable, and gives way to others. Rejects when the store fails. */
  async flush(): Promise<void> {
    await this.#store();
    await letOthers();
  }

  async takeAll(items: readonly unknown[]): Promise<void> {
    for (const [index, item] of items.entries()) if (this.take(ok(item), index)) await this.flush();
  }

  /** Makes the rest durable and gives the account. */
  async finish(): Promise<IntakeAccount> {
    await this.#store();
    const account = {
      accepted: this.#accepted,
      duplicates: this.#duplicates,
      rejected: this.#rejected.sort((a, b) => a.index - b.index),
    };
    return this.#rejectedBeyond === 0 ? account : { ...account, rejectedBeyond: this.#rejectedBeyond };
  }

  /** Puts an item that was not taken on the account. */
  reject(index: number, failure: Failure): void {
    this.#sources.onRefused?.(failure.kind);
    if (this.#rejected.length >= MAX_NAMED_REJECTIONS) {
      this.#rejectedBeyond++;
      return;
    }
    const { status, title, detail } = problemOf(failure);
    this.#rejected.push({ index, status, title, detail });
  }

  async #store(): Promise<void> {
    const claims = this.#waiting;
    if (claims.length === 0) return;
    this.#waiting = [];
    const { reporter, clock, mayWrite } = this.#sources;
    this.#isHeard &&= await mayWrite(claims.length);
    if (!this.#isHeard) return;
    const outcome = await report(claims, reporter, this.#sources, clock());
    this.#accepted += outcome.accepted;
    this.#duplicates += outcome.duplicates;
    for (const { index, kind, detail } of outcome.refusals) this.reject(index, { kind, detail });
  }
}

/** Who connects or asks while a stream comes in is answered between two of its chunks. */
async function letOthers(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise(setImmediate);
}
