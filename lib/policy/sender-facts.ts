/**
 * What a mail server found out about a client by itself.
 */
export type FactResult = 'pass' | 'fail' | 'none';

/** What a mail server knows of the client at connect time; a missing fact was not checked. */
export interface SenderFacts {
  readonly fcrdns?: FactResult | undefined;
  readonly spf?: FactResult | undefined;
  readonly dkim?: FactResult | undefined;
}

/** Whether anything was found out about the sender. */
export function hasFacts({ fcrdns, spf, dkim }: SenderFacts): boolean {
  return fcrdns !== undefined || spf !== undefined || dkim !== undefined;
}
