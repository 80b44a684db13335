/**
 * What is counted and timed, wherever the numbers then go.
 */
import type { Verdict } from '../../reputation/verdict.ts';
import type { RecordOutcome } from '../../store/port.ts';
import type { FactsCounter } from './request-facts.ts';

/** The route whose latency is kept apart: it is asked for each connection of each mail server. */
export const LOOKUP_ROUTE = '/v1/lookup/{address}';

/** What the store is asked to do, by the cost it has. */
export type StoreOperation = 'read' | 'list' | 'write' | 'count';

export interface Meter extends FactsCounter {
  /** A request was answered after `seconds`. */
  answered(route: string, status: number, seconds: number): void;
  /** A verdict became durable, or was a duplicate of one that is. */
  verdictTaken(verdict: Verdict, outcome: RecordOutcome): void;
  storeAnswered(operation: StoreOperation, seconds: number): void;
  storeFailed(operation: StoreOperation): void;
}
