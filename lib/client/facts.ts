/**
 * What the mail server knows of a client, as the query of a lookup.
 */
export type FactResult = 'pass' | 'fail' | 'none';

/** What may be known when mail comes in; each may be left out. */
export interface Facts {
  /** Whether the reverse name leads back to the address (RFC 8601 section 3). */
  readonly fcrdns?: FactResult | undefined;
  readonly spf?: FactResult | undefined;
  readonly dkim?: FactResult | undefined;
  /** The authenticated SMTP user, */
  readonly account?: string | undefined;
  /** and its parent. */
  readonly org?: string | undefined;
}

const NAMES = ['account', 'dkim', 'fcrdns', 'org', 'spf'] as const satisfies readonly (keyof Facts)[];

/** The query with its question mark; empty without facts. Equal facts give equal texts. */
export function queryOf(facts: Facts): string {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    const value = facts[name];
    if (value !== undefined) query.set(name, value);
  }
  return query.size === 0 ? '' : `?${query}`;
}
