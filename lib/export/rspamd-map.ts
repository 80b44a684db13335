/**
 * A radix map for Rspamd's multimap (`type = "ip"`): the longest match gives the symbol. A block inside a listed one that is
 * not listed itself has a symbol of its own, of no weight, as such a map knows no exclusions.
 */
import { formatPrefix } from '../net/prefix.ts';
import { type Format, wordwise } from './format.ts';
import type { Standing } from './ruling.ts';
import type { Said } from './walk.ts';

const NOT_LISTED = 'PREFIXWISE_LIST_NONE';
const SYMBOLS: Readonly<Record<Standing, string>> = {
  allowed: 'PREFIXWISE_LIST_ALLOWED',
  open: NOT_LISTED,
  deferred: 'PREFIXWISE_LIST_DEFERRED',
  refused: 'PREFIXWISE_LIST_REFUSED',
  blocked: 'PREFIXWISE_LIST_BLOCKED',
};

export function rspamdMap(withFaces: boolean): Format {
  const symbolOf = ({ ruling }: Said): string => (ruling === null ? NOT_LISTED : SYMBOLS[ruling.standing]);
  return {
    ...wordwise(symbolOf, NOT_LISTED),
    withFaces,
    head: () => [],
    line: (said) => `${formatPrefix(said.prefix)} ${symbolOf(said)}`,
  };
}
