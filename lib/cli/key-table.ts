/**
 * Keys as a table for people.
 */
import { formatTime } from '../http/wire/time.ts';
import type { WeighedKey } from '../keys/credence.ts';
import { isUsable, type Key } from '../keys/key.ts';
import type { Credence } from '../reputation/stance.ts';
import { printable } from './terminal.ts';

const HEAD = ['ID', 'NAME', 'MAY', 'MADE', 'STATE', 'HEARD'];

/** One line a key, aligned, under a head; `now` is epoch milliseconds. */
export function keyTable(keys: readonly WeighedKey[], now: number): string {
  if (keys.length === 0) return 'there are no keys\n';
  const rows = [HEAD, ...keys.map((key) => rowOf(key, now))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function rowOf({ key, credence }: WeighedKey, now: number): readonly string[] {
  const { id, label, scopes, trusted, createdAt } = key;
  const may = `${scopes.join(',')}${trusted ? ' (trusted)' : ''}`;
  return [id, printable(label), may, formatTime(createdAt), stateOf(key, now), heardOf(credence)];
}

function heardOf(credence: Credence | null): string {
  if (credence?.isFaint !== true) return '';
  const { agreed, contradicted } = credence;
  return `hardly: contradicts the others on ${Math.round(contradicted)} senders, agrees on ${Math.round(agreed)}`;
}

function stateOf(key: Key, now: number): string {
  if (key.revokedAt !== null) return `revoked ${formatTime(key.revokedAt)}`;
  if (key.expiresAt === null) return 'in force';
  return `${isUsable(key, now) ? 'in force until' : 'expired'} ${formatTime(key.expiresAt)}`;
}
