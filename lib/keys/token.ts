/**
 * The text a caller shows: `pw_ID_SECRET`. The id finds the key, the secret proves it, and the prefix lets scanners of leaked
 * credentials know what they found.
 *
 * A secret is 256 random bits, so one SHA-256 is as good a hash as a slow one: there is nothing to guess.
 */
import { hash, timingSafeEqual } from 'node:crypto';

export interface Token {
  readonly id: string;
  readonly secret: string;
}

/** Fresh random bytes, as many as asked for. */
export type Randomness = (size: number) => Uint8Array;

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const TOKEN = /^pw_([0-9a-f]{16})_([\w-]{43})$/;
const ID = /^[0-9a-f]{16}$/;
/** RFC 6750 section 2.1; the scheme's name ignores case (RFC 9110 section 11.1). */
const BEARER = /^bearer +(\S+) *$/i;
/** No header longer than this is a token. */
const MAX_HEADER = 200;

export function newKeyId(random: Randomness): string {
  return Buffer.from(random(ID_BYTES)).toString('hex');
}

export function newSecret(random: Randomness): string {
  return Buffer.from(random(SECRET_BYTES)).toString('base64url');
}

export function formatToken({ id, secret }: Token): string {
  return `pw_${id}_${secret}`;
}

/** Null for a text that is no token; costs one regular expression. */
export function parseToken(text: string): Token | null {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

export function isKeyId(text: string): boolean {
  return ID.test(text);
}

/** The token of an `Authorization: Bearer` header, not looked at yet; null when the header is missing or something else. */
export function bearerToken(header: string | undefined): string | null {
  if (header === undefined || header.length > MAX_HEADER) return null;
  return BEARER.exec(header)?.[1] ?? null;
}

/** What is kept of a secret: SHA-256, base64url. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** The same, to be compared: 32 bytes. */
export function digestOf(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer');
}

/** What is kept of a secret, to be compared. */
export function storedDigest(stored: string): Uint8Array {
  return Buffer.from(stored, 'base64url');
}

/** Whether two digests are the same; takes the same time whether they are or not. */
export function equalDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
