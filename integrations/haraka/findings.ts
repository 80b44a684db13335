/**
 * What other plugins found out about a client and its mail, in our words.
 */
import type { FactResult } from '../../lib/client/facts.ts';
import type { Verdict } from '../../lib/client/outbox.ts';
import type { Results } from './haraka.ts';

/** Forward-confirmed reverse DNS, from haraka-plugin-fcrdns; undefined when it did not run, or could not tell. */
export function fcrdnsOf(results: Results): FactResult | undefined {
  const found = results.get('fcrdns');
  if (found === undefined || isFilled(found['err']) || isFilled(found['skip'])) return undefined;
  if (isFilled(found['fcrdns'])) return 'pass';
  return found['has_rdns'] === true ? 'fail' : 'none';
}

/** The SPF result of the envelope sender, from haraka-plugin-spf. */
export function spfOf(results: Results): FactResult | undefined {
  const found = results.get('spf');
  const result = typeof found?.['result'] === 'string' ? found['result'].toLowerCase() : undefined;
  if (result === undefined || /error/.test(result)) return undefined;
  if (result === 'pass') return 'pass';
  return result === 'fail' || result === 'softfail' ? 'fail' : 'none';
}

/** What the content filters say of a message; null when none of them looked at it, or none is sure. */
export function verdictOf(results: Results): Verdict['verdict'] | null {
  if (isFilled(results.get('clamd')?.['fail'])) return 'malware';
  const action = results.get('rspamd')?.['action'];
  if (action === 'reject' || action === 'add header' || action === 'rewrite subject') return 'spam';
  if (action === 'no action') return 'ham';
  const flag = results.get('spamassassin')?.['flag'];
  if (typeof flag !== 'boolean') return null;
  return flag ? 'spam' : 'ham';
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}
