/**
 * What a mail server knows of the client when it asks: here for trying out, and a part of the page's address.
 */
import { MAX_NAME } from '../limits.ts';
import type { ClientFacts } from '../wire/facts.ts';

const FACTS = [
  ['fcrdns', 'Reverse name resolves back'],
  ['spf', 'SPF'],
  ['dkim', 'DKIM'],
] as const;
const NAMES = [
  ['account', 'Account that sends'],
  ['org', 'Its organisation'],
] as const;
const RESULTS = [
  ['', 'not checked'],
  ['pass', 'passes'],
  ['fail', 'fails'],
  ['none', 'none'],
] as const;

export interface FactsFormProps {
  /** Canonical text. */
  readonly address: string;
  readonly client: ClientFacts;
}

export function FactsForm({ address, client: { facts, identity } }: FactsFormProps) {
  const given =
    FACTS.some(([name]) => facts[name] !== undefined) || NAMES.some(([name]) => identity[name] !== undefined);
  return (
    <details class="facts" open={given}>
      <summary>What would the answer be if more were known of the sender?</summary>
      <form action="/" method="get">
        <input type="hidden" name="address" value={address} />
        {FACTS.map(([name, label]) => (
          <p>
            <label for={name}>{label}</label>
            <select id={name} name={name}>
              {RESULTS.map(([value, text]) => (
                <option value={value} selected={(facts[name] ?? '') === value}>
                  {text}
                </option>
              ))}
            </select>
          </p>
        ))}
        {NAMES.map(([name, label]) => (
          <p>
            <label for={name}>{label}</label>
            <input
              id={name}
              name={name}
              type="text"
              value={identity[name] ?? ''}
              maxlength={MAX_NAME}
              autocomplete="off"
            />
          </p>
        ))}
        <button type="submit">Ask again</button>
      </form>
    </details>
  );
}
