/**
 * The environment as typed settings. Every fault is found at once, and each names its variable.
 */
import { parseAddress } from './net/address.ts';
import { specialOf } from './net/special.ts';
import { fail, ok, type Result } from './result.ts';

export interface Settings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly dataDir: string;
  readonly store: 'embedded';
  /** Milliseconds a lookup waits for the store. */
  readonly lookupBudgetMs: number;
  /** The policy file; null for the built-in book. */
  readonly policyFile: string | null;
  /** The service's address for others, without a slash at its end; null when none is named. */
  readonly publicUrl: string | null;
  /** Whether every request leaves a line in the log, */
  readonly logRequests: boolean;
  /** and whether full addresses stand in these lines. */
  readonly logAddresses: boolean;
}

/** A variable that cannot be used, and why. */
export interface SettingFault {
  readonly variable: string;
  readonly detail: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const MAX_BUDGET_MS = 60_000;

/** Reads the settings; an empty variable counts as not set. */
export function readSettings(env: Environment): Result<Settings, readonly SettingFault[]> {
  const faults: SettingFault[] = [];
  const take = <T>(variable: string, fallback: T, parse: (text: string) => Result<T, string>): T => {
    const text = env[variable];
    if (text === undefined || text === '') return fallback;
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    faults.push({ variable, detail: parsed.error });
    return fallback;
  };
  const settings: Settings = {
    host: take('HOST', '127.0.0.1', hostName),
    port: take('PORT', 8080, wholeNumber(0, 65_535)),
    dataDir: take('DATA_DIR', './data', ok),
    store: take('STORE', 'embedded', storeName),
    lookupBudgetMs: take('LOOKUP_BUDGET_MS', 50, wholeNumber(1, MAX_BUDGET_MS)),
    policyFile: take<string | null>('POLICY_FILE', null, ok),
    publicUrl: take<string | null>('PUBLIC_URL', null, webAddress),
    logRequests: take('LOG_REQUESTS', true, onOrOff),
    logAddresses: take('LOG_ADDRESSES', false, onOrOff),
  };
  return faults.length === 0 ? ok(settings) : fail(faults);
}

/** One line a fault, for whoever started the program. */
export function describeFaults(faults: readonly SettingFault[]): string {
  return faults.map(({ variable, detail }) => `${variable}: ${detail}`).join('\n');
}

/** Whether a HOST is this machine alone: 127.0.0.0/8, ::1 or the name `localhost`. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const address = parseAddress(host);
  return address.ok && specialOf(address.value)?.name === 'loopback';
}

function wholeNumber(least: number, most: number): (text: string) => Result<number, string> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    return value >= least && value <= most
      ? ok(value)
      : fail(`a whole number from ${least} to ${most} is expected, not ${quoted(text)}`);
  };
}

function hostName(text: string): Result<string, string> {
  return /^[\w.:-]{1,253}$/.test(text)
    ? ok(text)
    : fail(`an address or a host name is expected, not ${quoted(text)}`);
}

function storeName(text: string): Result<'embedded', string> {
  if (text === 'embedded') return ok('embedded');
  return text === 'dynamodb'
    ? fail('this version has the embedded store only')
    : fail(`embedded is expected, not ${quoted(text)}`);
}

function onOrOff(text: string): Result<boolean, string> {
  if (text === 'on' || text === 'off') return ok(text === 'on');
  return fail(`on or off is expected, not ${quoted(text)}`);
}

function webAddress(text: string): Result<string, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return fail(`an http or https URL is expected, not ${quoted(text)}`);
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return fail('a URL without query, fragment and user is expected');
  }
  return ok(url.href.replace(/\/+$/, ''));
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
