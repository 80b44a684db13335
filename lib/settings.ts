/**
 * The environment as typed settings. Every fault is found at once, and each names its variable.
 */
import { parseAddress } from './net/address.ts';
import { specialOf } from './net/special.ts';
import { type PolicyPlace, parsePolicyPlace } from './postfix/listen.ts';
import type { OnTrouble } from './postfix/policy.ts';
import { fail, ok, type Result } from './result.ts';
import { LEAST_EVIDENCE_MONTHS, MOST_EVIDENCE_MONTHS } from './store/tally-life.ts';

/** A folder of this machine. */
interface EmbeddedSettings {
  readonly kind: 'embedded';
  readonly dataDir: string;
}

/** A table on DynamoDB. */
export interface DynamoSettings {
  readonly kind: 'dynamodb';
  readonly tableName: string;
  /** Of an emulator or a VPC endpoint; undefined for DynamoDB itself. */
  readonly endpoint: string | undefined;
  /** Undefined where AWS's own configuration files are to say. */
  readonly region: string | undefined;
}

/** Where evidence is kept. */
export type StoreSettings = EmbeddedSettings | DynamoSettings;

export interface Settings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly store: StoreSettings;
  /** Milliseconds a lookup waits for the store. */
  readonly lookupBudgetMs: number;
  /** 30-day months for which a tally is kept that nobody reports on. */
  readonly evidenceMonths: number;
  /** Points a key has in a minute; null when keys are not limited. */
  readonly rateLimit: number | null;
  /** The policy file; null for the built-in book. */
  readonly policyFile: string | null;
  /** The service's address for others, without a slash at its end; null when none is named. */
  readonly publicUrl: string | null;
  /** Under which account names are hashed; null for a secret of the store's own. */
  readonly accountSecret: string | null;
  /** Where Postfix asks, in its own policy protocol; null for nowhere. */
  readonly postfixListen: PolicyPlace | null;
  /** What Postfix is answered when there is no answer. */
  readonly postfixOnTrouble: OnTrouble;
  /** Whether every request leaves a line in the log, */
  readonly logRequests: boolean;
  /** and whether full addresses stand in these lines. */
  readonly logAddresses: boolean;
  /** Where traces go; null when nobody collects them. */
  readonly traces: TraceSettings | null;
}

/** Traces for an OpenTelemetry collector, by the variables its specification names. */
export interface TraceSettings {
  /** Of OTLP/HTTP, with its path. */
  readonly url: string;
  /** Share of the requests to trace that come without a trace of their own, 0 to 1. */
  readonly share: number;
  readonly serviceName: string;
}

/** A variable that cannot be used, and why. */
export interface SettingFault {
  readonly variable: string;
  readonly detail: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const MAX_BUDGET_MS = 60_000;
/** A thousand lookups or verdicts a second, minute for minute: many times what one mail server asks. */
const DEFAULT_RATE_LIMIT = 60_000;
/** Characters: 16 random bytes in hex, or 24 in base64. */
const MIN_SECRET = 32;

/** Reads the settings; an empty variable counts as not set. */
export function readSettings(env: Environment): Result<Settings, readonly SettingFault[]> {
  const faults: SettingFault[] = [];
  const take = taker(env, faults);
  const settings: Settings = {
    host: take('HOST', '127.0.0.1', hostName),
    port: take('PORT', 8080, wholeNumber(0, 65_535)),
    store: storeOf(take, faults),
    lookupBudgetMs: take('LOOKUP_BUDGET_MS', 50, wholeNumber(1, MAX_BUDGET_MS)),
    evidenceMonths: monthsOf(take),
    rateLimit: take<number | null>('RATE_LIMIT', DEFAULT_RATE_LIMIT, limitOrOff),
    policyFile: take<string | null>('POLICY_FILE', null, ok),
    publicUrl: take<string | null>('PUBLIC_URL', null, webAddress),
    accountSecret: take<string | null>('ACCOUNT_SECRET', null, secret),
    postfixListen: take<PolicyPlace | null>('POSTFIX_LISTEN', null, parsePolicyPlace),
    postfixOnTrouble: take<OnTrouble>('POSTFIX_ON_TROUBLE', 'dunno', dunnoOrDefer),
    logRequests: take('LOG_REQUESTS', true, onOrOff),
    logAddresses: take('LOG_ADDRESSES', false, onOrOff),
    traces: tracesOf(take),
  };
  return faults.length === 0 ? ok(settings) : fail(faults);
}

/** As `readSettings`, of the store alone: for commands that open it and serve nobody. */
export function readStoreSettings(env: Environment): Result<StoreSettings, readonly SettingFault[]> {
  const faults: SettingFault[] = [];
  const store = storeOf(taker(env, faults), faults);
  return faults.length === 0 ? ok(store) : fail(faults);
}

/** As `readSettings`, of the store and how long it keeps evidence: for a load into it. */
export function readStateSettings(
  env: Environment,
): Result<Pick<Settings, 'store' | 'evidenceMonths'>, readonly SettingFault[]> {
  const faults: SettingFault[] = [];
  const take = taker(env, faults);
  const settings = { store: storeOf(take, faults), evidenceMonths: monthsOf(take) };
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

/** A variable's value, or the fallback when it is not set or cannot be used. */
type Take = <T>(variable: string, fallback: T, parse: (text: string) => Result<T, string>) => T;

function taker(env: Environment, faults: SettingFault[]): Take {
  return (variable, fallback, parse) => {
    const text = env[variable];
    if (text === undefined || text === '') return fallback;
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    faults.push({ variable, detail: parsed.error });
    return fallback;
  };
}

function storeOf(take: Take, faults: SettingFault[]): StoreSettings {
  const dataDir = take('DATA_DIR', './data', ok);
  if (take('STORE', 'embedded', storeName) === 'embedded') return { kind: 'embedded', dataDir };
  const before = faults.length;
  const tableName = take('TABLE_NAME', '', tableNamed);
  if (tableName === '' && faults.length === before) {
    faults.push({ variable: 'TABLE_NAME', detail: 'the name of a DynamoDB table is expected' });
  }
  const endpoint = take<string | undefined>('DYNAMODB_ENDPOINT', undefined, webAddress);
  const elsewhere = take<string | undefined>('AWS_DEFAULT_REGION', undefined, regionName);
  const region = take<string | undefined>('AWS_REGION', elsewhere, regionName);
  return { kind: 'dynamodb', tableName, endpoint, region };
}

function monthsOf(take: Take): number {
  const months = wholeNumber(LEAST_EVIDENCE_MONTHS, MOST_EVIDENCE_MONTHS);
  return take('EVIDENCE_MONTHS', MOST_EVIDENCE_MONTHS, months);
}

/** A base endpoint has the signals at known paths under it; one of traces alone is taken as it stands (OTLP exporter specification). */
function tracesOf(take: Take): TraceSettings | null {
  const base = take<string | null>('OTEL_EXPORTER_OTLP_ENDPOINT', null, webAddress);
  const own = take<string | null>('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', null, webAddress);
  const share = take('OTEL_TRACES_SAMPLER_ARG', 1, ratio);
  const serviceName = take('OTEL_SERVICE_NAME', 'prefixwise', ok);
  const url = own ?? (base === null ? null : `${base}/v1/traces`);
  return url === null ? null : { url, share, serviceName };
}

function ratio(text: string): Result<number, string> {
  return /^(0|1|0?\.\d{1,9}|1\.0+)$/.test(text)
    ? ok(Number(text))
    : fail(`a share from 0 to 1 is expected, not ${quoted(text)}`);
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

function storeName(text: string): Result<StoreSettings['kind'], string> {
  if (text === 'embedded' || text === 'dynamodb') return ok(text);
  return fail(`embedded or dynamodb is expected, not ${quoted(text)}`);
}

/** The rules of DynamoDB for a table's name. */
function tableNamed(text: string): Result<string, string> {
  return /^[\w.-]{3,255}$/.test(text)
    ? ok(text)
    : fail(`the name of a DynamoDB table is expected (3 to 255 letters, digits, - . _), not ${quoted(text)}`);
}

function regionName(text: string): Result<string, string> {
  return /^[a-z][a-z0-9-]{1,40}$/.test(text)
    ? ok(text)
    : fail(`a region such as eu-central-1 is expected, not ${quoted(text)}`);
}

function limitOrOff(text: string): Result<number | null, string> {
  if (text === 'off') return ok(null);
  const limit = wholeNumber(1, 999_999_999)(text);
  return limit.ok ? limit : fail(`${limit.error}; or off`);
}

function secret(text: string): Result<string, string> {
  // What is wrong with a secret is said without the secret.
  return text.length >= MIN_SECRET ? ok(text) : fail(`at least ${MIN_SECRET} characters are expected`);
}

function dunnoOrDefer(text: string): Result<OnTrouble, string> {
  if (text === 'dunno' || text === 'defer') return ok(text);
  return fail(`dunno or defer is expected, not ${quoted(text)}`);
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
