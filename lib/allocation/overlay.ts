/**
 * Operator entries laid over the published table, so that entering one does not rebuild a million rows.
 *
 * The operator's word always wins, whatever the lengths, so asking its small table first is the whole of it.
 */
import type { Allocations } from './allocation.ts';

/** Answers from `operator`, and where it says nothing from `published`. */
export function overlay(operator: Allocations, published: Allocations): Allocations {
  return { match: (address) => operator.match(address) ?? published.match(address) };
}
