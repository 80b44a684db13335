/**
 * The recorded mail stream (see data/README.md): who connected when, and what the mail was.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Address, parseAddress } from '../../lib/net/address.ts';

export interface RecordedMessage {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly address: Address;
  readonly verdict: 'spam' | 'ham';
}

/** The first so many lines of it, in time order; those without a readable address are left out. */
export function recordedMail(lines = Number.POSITIVE_INFINITY): readonly RecordedMessage[] {
  const file = new URL('../data/mail-stream.csv.gz', import.meta.url);
  return gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .slice(1, lines + 1)
    .flatMap((line) => {
      const [time = '', text = '', verdict = ''] = line.split(',');
      const address = parseAddress(text);
      if (!address.ok) return [];
      return [
        {
          at: Date.parse(time),
          address: address.value,
          verdict: verdict === 'spam' ? 'spam' : 'ham',
        } as const,
      ];
    });
}
