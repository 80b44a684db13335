/**
 * One `Received` line (RFC 5321 section 4.4): who wrote it, and which client that host saw on the connection.
 *
 * The name after `from` is what the client called itself and counts for nothing. The client's address is what the
 * receiving host put into parentheses: `(name [192.0.2.1])`, `([IPv6:2001:db8::1])`, `(192.0.2.1)`. Exim without a reverse
 * name puts them the other way round: `from [192.0.2.1] (helo=name)`.
 */
import { type Address, equalAddress } from '../net/address.ts';
import { parseAddressLiteral } from './address-literal.ts';
import { parseMailDate } from './mail-date.ts';

export interface Hop {
  /** What the host that wrote the line calls itself: a name or an address; null when it does not say. */
  readonly by: string | null;
  /** Addresses it gives for itself. */
  readonly byAddresses: readonly Address[];
  /**
   * The client it saw. `nobody`: the line tells of no connection (a hand-over within the host); `unnamed`: of one without
   * its address; `several`: with more than one address.
   */
  readonly client: Address | 'nobody' | 'unnamed' | 'several';
  /** Epoch milliseconds; null when the line has no date that can be read. */
  readonly at: number | null;
}

interface Token {
  readonly kind: 'word' | 'comment' | 'semicolon';
  readonly text: string;
}

const CLAUSES: ReadonlySet<string> = new Set(['via', 'with', 'id', 'for']);

/** Reads the line's value, unfolded. Never fails: what is not understood is missing. */
export function parseReceived(value: string): Hop {
  const tokens = [...tokensOf(value)];
  const end = tokens.findLastIndex(({ kind }) => kind === 'semicolon');
  const clauses = end < 0 ? tokens : tokens.slice(0, end);
  const date = end < 0 ? [] : tokens.slice(end + 1).filter(({ kind }) => kind === 'word');
  const hasFrom = isWord(clauses[0], 'from');
  // The word after `from` is the client's own and may be anything, "by" included.
  const byAt = clauses.findIndex((token, i) => isWord(token, 'by') && (!hasFrom || i > 1));
  const from = hasFrom ? clauses.slice(1, byAt < 0 ? undefined : byAt) : null;
  const by = byAt < 0 ? [] : untilClause(clauses.slice(byAt + 1));
  return {
    by: by[0]?.kind === 'word' ? by[0].text : null,
    byAddresses: by.flatMap(({ kind, text }) => (kind === 'comment' ? addressesIn(text) : [])),
    client: from === null ? 'nobody' : clientOf(from, handedOver(clauses)),
    at: parseMailDate(date.map(({ text }) => text).join(' ')),
  };
}

function clientOf(from: readonly Token[], local: boolean): Hop['client'] {
  const comments = from.filter(({ kind }) => kind === 'comment').map(({ text }) => text);
  const [first, ...more] = comments.flatMap(addressesIn);
  if (first !== undefined) return more.every((other) => equalAddress(other, first)) ? first : 'several';
  const name = from[0]?.text ?? '';
  const literal = name.startsWith('[') && comments.some(isEximGreeting) ? parseAddressLiteral(name) : null;
  return literal ?? (local ? 'nobody' : 'unnamed');
}

/** `with local`, `with local-generated`: taken from a program on the host itself (RFC 3848 has no name for it, Exim has). */
function handedOver(clauses: readonly Token[]): boolean {
  const protocol = clauses[clauses.findIndex((token) => isWord(token, 'with')) + 1];
  return protocol !== undefined && /^local\b/i.test(protocol.text);
}

/** The addresses that a host's remark names; what the client said of itself (HELO) and of its user (ident) is left out. */
function addressesIn(comment: string): Address[] {
  const text = comment.trim();
  if (/^(?:helo|ehlo)\b/i.test(text)) return [];
  const whole = parseAddressLiteral(text);
  if (whole !== null) return [whole];
  const addresses: Address[] = [];
  for (const word of text.split(/\s+/)) {
    const bracketed = /^\[([^[\]]{2,60})\](?::\d{1,5})?[,;)]?$/.exec(word);
    const address = bracketed === null ? null : parseAddressLiteral(withoutPort(bracketed[1] ?? ''));
    if (address !== null) addresses.push(address);
  }
  return addresses;
}

/** `192.0.2.1:4227` as Ecelerity writes it. */
function withoutPort(text: string): string {
  return text.replace(/^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/, '$1');
}

function isEximGreeting(comment: string): boolean {
  return /(?:^|\s)helo=/i.test(comment);
}

function untilClause(tokens: readonly Token[]): readonly Token[] {
  const end = tokens.findIndex(({ kind, text }) => kind === 'word' && CLAUSES.has(text.toLowerCase()));
  return end < 0 ? tokens : tokens.slice(0, end);
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toLowerCase() === word;
}

/** Words, comments (nested ones belong to the outer one) and semicolons; unbalanced text ends with the line. */
function* tokensOf(value: string): Generator<Token> {
  for (let i = 0; i < value.length; ) {
    const c = value[i];
    if (c === ' ' || c === '\t' || c === '\n' || c === '\r') i++;
    else if (c === ';') {
      yield { kind: 'semicolon', text: ';' };
      i++;
    } else if (c === '(') {
      const end = commentEnd(value, i);
      yield { kind: 'comment', text: value.slice(i + 1, end - 1) };
      i = end;
    } else {
      const end = wordEnd(value, i);
      yield { kind: 'word', text: value.slice(i, end) };
      i = end;
    }
  }
}

/** The place after the parenthesis that closes the one at `start`. */
function commentEnd(value: string, start: number): number {
  let depth = 0;
  for (let i = start; i < value.length; i++) {
    const c = value[i];
    if (c === '\\') i++;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i + 1;
  }
  return value.length + 1;
}

function wordEnd(value: string, start: number): number {
  let i = start + 1;
  while (i < value.length && !' \t\r\n;('.includes(value[i] ?? '')) i++;
  return i;
}
