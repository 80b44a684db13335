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
  const lookup = guardedLookup(options.resolve, options.mayConnect);
  const { timeoutMs = TIMEOUT_MS } = options;
  return async (url, known) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await follow(url, known, options, lookup, signal);
    } catch (error) {
      if (signal.aborted) return fail(`it took longer than ${timeoutMs / 1000} seconds`);
      return fail(reasonOf(error));
    }
  };
}

async function follow(
  url: string,
  known: Validators | null,
  options: FetchOptions,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<Result<FetchedFile, string>> {
  let at = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const forbidden = forbiddenLiteral(new URL(at).hostname, options.mayConnect);
    if (forbidden !== undefined) return fail(forbidden);
    const response = await ask(at, known, options, lookup, signal);
    const status = response.statusCode ?? 0;
    if (!REDIRECTS.has(status)) return await fileIn(response, known, options);
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
  { userAgent, ca }: FetchOptions,
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
  const { statusCode, headers } = response;
  const { 'cache-control': cacheControl = '', expires = '', 'content-encoding': encoding } = headers;
  const freshMs = freshFor({ cacheControl, expires }, clock());
  const drop = (reason: string): Result<FetchedFile, string> => {
    response.destroy();
    return fail(reason);
  };
  if (statusCode === 304 && known !== null) {
    response.destroy();
    return ok({ kind: 'unchanged', freshMs });
  }
  if (statusCode !== 200) return drop(`the server answered ${statusCode}`);
  if (encoding !== undefined && encoding !== 'identity') return drop('it came compressed, unasked');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) return drop(`it is larger than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  if (!response.complete) return fail('it broke off');
  const validators = { etag: kept(headers.etag), lastModified: kept(headers['last-modified']) };
  return ok({ kind: 'fetched', bytes: Buffer.concat(chunks), validators, freshMs });
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
