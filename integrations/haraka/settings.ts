/**
 * `config/prefixwise.ini` as typed settings.
 */
import type { ClientOptions } from '../../lib/client/options.ts';
import { fail, ok, type Result } from '../../lib/result.ts';
import type { IniSection } from './haraka.ts';

export interface PluginSettings {
  readonly client: Pick<ClientOptions, 'url' | 'key' | 'onTrouble' | 'budgetMs'>;
  /** Refuses and slows down; else results and log say what would have been done. */
  readonly enforce: boolean;
  /** The command that the policy's refusals answer: MAIL, so that a client may authenticate first, or the connection. */
  readonly refuseAt: 'connect' | 'mail';
  /** Counts connections, messages, recipients and errors over all mail servers. */
  readonly limits: boolean;
  /** The longest wait before an answer in seconds; 0 for none. */
  readonly tarpitSeconds: number;
  /** Adds an X-Prefixwise header. */
  readonly header: boolean;
  /** Reports what content filters found. */
  readonly report: boolean;
}

/** For haraka-config: what is not in the file is what the sign says. */
export const BOOLEANS = ['+main.enforce', '+main.limits', '+main.header', '-main.report'] as const;

/** Haraka gives up on a plugin after 30 seconds, and defers the mail. */
const MAX_TARPIT_SECONDS = 25;
const MAX_BUDGET_MS = 10_000;

/** Fails with one sentence that names the key at fault. */
export function readSettings(ini: IniSection): Result<PluginSettings, string> {
  const {
    url = 'http://127.0.0.1:8080',
    key,
    on_trouble: onTrouble = 'accept',
    refuse_at: refuseAt = 'mail',
  } = ini;
  if (typeof url !== 'string') return fail('url: the address of the service is expected');
  if (key !== undefined && typeof key !== 'string') return fail('key: a key of the service is expected');
  if (onTrouble !== 'accept' && onTrouble !== 'tempfail')
    return fail('on_trouble: accept or tempfail is expected');
  if (refuseAt !== 'mail' && refuseAt !== 'connect') return fail('refuse_at: mail or connect is expected');
  const budgetMs = wholeNumber(ini, 'budget_ms', 50, 1, MAX_BUDGET_MS);
  if (!budgetMs.ok) return budgetMs;
  const tarpitSeconds = wholeNumber(ini, 'tarpit_seconds', 10, 0, MAX_TARPIT_SECONDS);
  if (!tarpitSeconds.ok) return tarpitSeconds;
  return ok({
    client: { url, key: key === '' ? undefined : key, onTrouble, budgetMs: budgetMs.value },
    enforce: ini['enforce'] !== false,
    refuseAt,
    limits: ini['limits'] !== false,
    tarpitSeconds: tarpitSeconds.value,
    header: ini['header'] !== false,
    report: ini['report'] === true,
  });
}

/** haraka-config makes numbers of what looks like one. */
function wholeNumber(
  ini: IniSection,
  name: string,
  fallback: number,
  least: number,
  most: number,
): Result<number, string> {
  const value = ini[name] ?? fallback;
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? ok(value)
    : fail(`${name}: a whole number from ${least} to ${most} is expected`);
}
