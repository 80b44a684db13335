/**
 * What a mail server knows of the client when it asks: here for trying out, and a part of the page's address.
 */
import type { SenderFacts } from '../../policy/decide.ts';

const FACTS = [
  ['fcrdns', 'Reverse name resolves back'],
  ['spf', 'SPF'],
  ['dkim', 'DKIM'],
] as const;
const RESULTS = [
  ['', 'not checked'],
  ['pass', 'passes'],
  ['fail', 'fails'],
  ['none', 'none'],
] as const;

export function FactsForm({ address, facts }: { readonly address: string; readonly facts: SenderFacts }) {
  const given = FACTS.some(([name]) => facts[name] !== undefined);
  return (
    <details class="facts" open={given}>
      <summary>What would the answer be if the sender proved more?</summary>
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
        <button type="submit">Ask again</button>
      </form>
    </details>
  );
}
