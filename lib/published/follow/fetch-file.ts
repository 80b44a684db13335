/**
 * Fetches one file over HTTPS from wherever a stranger's URL leads, without being led where it must not go.
 *
 * Certificates are checked as usual. Every hop, redirects included, is HTTPS to a public address; the whole of it has
 * thirty seconds and ten megabytes. Cookies, credentials and proxies play no part.
 */
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { parsePointer } from '../../allocation/pointers.ts';
import { fail, ok, type Result } from '../../result.ts';
import { freshFor } from './freshness.ts';
import { forbiddenLiteral, guardedLookup, type MayConnect, type Resolve } from './guarded-lookup.ts';

/** What a server gave with a file, to ask later whether it has changed (RFC 9110 section 8.8). */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export type FetchedFile =
  | { readonly kind: 'unchanged'; readonly freshMs: number }
  | {
      readonly kind: 'fetched';
      readonly bytes: Uint8Array;
      readonly validators: Validators;
      readonly freshMs: number;
    };

/** Fetches a URL; the sentence says why there is no file. */
export type FetchFile = (url: string, known: Validators | null) => Promise<Result<FetchedFile, string>>;

export interface FetchOptions {
  readonly resolve: Resolve;
  readonly mayConnect: MayConnect;
  /** Now, in epoch milliseconds. */
  readonly clock: () => number;
  readonly userAgent: string;
  /** A certificate authority to trust instead of the usual ones, in PEM. */
  readonly ca?: string | undefined;
  /** Milliseconds for a file, all redirects included. */
  readonly timeoutMs?: number;
  /** Bytes of a file. */
  readonly maxBytes?: number;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_REDIRECTS = 5;
/** Longer ones are not worth keeping. */
const MAX_VALIDATOR = 300;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A function that fetches under these options. */
export function fileFetcher(options: FetchOptions): FetchFile {
  const { timeoutMs = TIMEOUT_MS } = options;
  const lookup = guardedLookup(options.resolve, options.mayConnect);
  return async (url, known) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await reach(url, known, options, lookup, signal);
      return response.ok ? await fileIn(response.value, known, options) : response;
    } catch (error) {
      if (signal.aborted) return fail(`it took longer than ${timeoutMs / 1000} seconds`);
      return fail(reasonOf(error));
    }
  };
}

/** A file that is there to be read, or that has not changed. */
export type OpenedFile =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'opened';
      /** Reading them throws when they break off, are too many, or the time is over. */
      readonly bytes: AsyncIterable<Uint8Array>;
      readonly validators: Validators;
    };

/** Opens a URL to be read piece by piece, until `signal` ends it; the sentence says why there is no file. */
export type OpenFile = (
  url: string,
  known: Validators | null,
  signal: AbortSignal,
) => Promise<Result<OpenedFile, string>>;

/** As `fileFetcher`, for files that are too large to hold in memory. */
export function fileOpener(options: Omit<FetchOptions, 'timeoutMs' | 'clock'>): OpenFile {
  const lookup = guardedLookup(options.resolve, options.mayConnect);
  const { maxBytes = MAX_BYTES } = options;
  return async (url, known, signal) => {
    try {
      const response = await reach(url, known, options, lookup, signal);
      if (!response.ok) return response;
      const refusal = refusalOf(response.value, known);
      if (refusal === null) {
        const validators = validatorsOf(response.value);
        return ok({ kind: 'opened', bytes: bytesOf(response.value, maxBytes), validators });
      }
      response.value.destroy();
      return refusal === 'unchanged' ? ok({ kind: 'unchanged' }) : fail(refusal);
    } catch (error) {
      return fail(signal.aborted ? 'no time was left for it' : reasonOf(error));
    }
  };
}

/** The answer at the end of all redirects. */
async function reach(
  url: string,
  known: Validators | null,
  options: Pick<FetchOptions, 'mayConnect' | 'userAgent' | 'ca'>,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<Result<IncomingMessage, string>> {
  let at = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const forbidden = forbiddenLiteral(new URL(at).hostname, options.mayConnect);
    if (forbidden !== undefined) return fail(forbidden);
    const response = await ask(at, known, options, lookup, signal);
    if (!REDIRECTS.has(response.statusCode ?? 0)) return ok(response);
    response.destroy();
    const next = redirectOf(response, at);
    if (!next.ok) return next;
    at = next.value;
  }
  return fail(`more than ${MAX_REDIRECTS} redirects`);
}

function ask(
  url: string,
  known: Validators | null,
  { userAgent, ca }: Pick<FetchOptions, 'userAgent' | 'ca'>,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const headers: Record<string, string> = {
    accept: 'text/csv, text/plain;q=0.9, */*;q=0.1',
    'accept-encoding': 'identity',
    'user-agent': userAgent,
  };
  if (known?.etag) headers['if-none-match'] = known.etag;
  if (known?.lastModified) headers['if-modified-since'] = known.lastModified;
  return new Promise((resolve, reject) => {
    request(url, { headers, lookup, signal, agent: false, ...(ca === undefined ? {} : { ca }) })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
}

async function fileIn(
  response: IncomingMessage,
  known: Validators | null,
  { clock, maxBytes = MAX_BYTES }: FetchOptions,
): Promise<Result<FetchedFile, string>> {
  const { 'cache-control': cacheControl = '', expires = '' } = response.headers;
  const freshMs = freshFor({ cacheControl, expires }, clock());
  const refusal = refusalOf(response, known);
  if (refusal !== null) {
    response.destroy();
    return refusal === 'unchanged' ? ok({ kind: 'unchanged', freshMs }) : fail(refusal);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesOf(response, maxBytes)) chunks.push(chunk);
  return ok({
    kind: 'fetched',
    bytes: Buffer.concat(chunks),
    validators: validatorsOf(response),
    freshMs,
  });
}

/** Why an answer has no file in it; null when it has. */
function refusalOf(response: IncomingMessage, known: Validators | null): 'unchanged' | string | null {
  const { statusCode, headers } = response;
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (statusCode === 304 && known !== null) return 'unchanged';
  if (statusCode !== 200) return `the server answered ${statusCode}`;
  return encoding === 'identity' ? null : 'it came compressed, unasked';
}

/** Throws when the file is too large, and when it breaks off. */
async function* bytesOf(response: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    yield bytes;
  }
  if (!response.complete) throw new Error('it broke off');
}

function validatorsOf({ headers }: IncomingMessage): Validators {
  return { etag: kept(headers.etag), lastModified: kept(headers['last-modified']) };
}

/** Where a redirect leads, under the rules of a pointer. */
function redirectOf(response: IncomingMessage, from: string): Result<string, string> {
  const { location } = response.headers;
  if (location === undefined || !URL.canParse(location, from)) return fail('it redirects to no URL');
  const target = parsePointer(new URL(location, from).href);
  return target.ok ? target : fail(`it redirects elsewhere: ${target.error}`);
}

function kept(header: string | undefined): string | null {
  return header === undefined || header.length > MAX_VALIDATOR ? null : header;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
