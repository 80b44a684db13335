/**
 * An entry of the operator's allow or block list: a block of addresses, why, for how long, and who says so.
 */
import type { Prefix } from '../net/prefix.ts';

export const LISTS = ['allow', 'block'] as const;
export type ListName = (typeof LISTS)[number];

export interface ListEntry {
  readonly list: ListName;
  /** Never an IPv4-mapped block: those are entered as the IPv4 block they stand for. */
  readonly prefix: Prefix;
  /** Shown to whoever is refused: 1 to 300 printable characters. */
  readonly reason: string;
  /** Epoch milliseconds; null when it never expires. */
  readonly expires: number | null;
  /** Who entered it: a key's id, `local` or `cli`. */
  readonly author: string;
  /** When it was entered or last changed: epoch milliseconds. */
  readonly at: number;
  /** The imported file it comes from, by its name; null when it was entered by hand. */
  readonly source: string | null;
}

/** What is wrong with an entry, by field. */
export interface ListEntryFault {
  readonly field: 'reason' | 'expires';
  readonly detail: string;
}

/** Characters of a reason: the SMTP reply it becomes has room for no more (RFC 5321 section 4.5.3.1.5). */
export const MAX_REASON = 300;

const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;
const SOURCE = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Every fault of what an operator enters at time `now` (epoch milliseconds). */
export function faultsOf(
  entry: Pick<ListEntry, 'reason' | 'expires'>,
  now: number,
): readonly ListEntryFault[] {
  const faults: ListEntryFault[] = [];
  const { reason, expires } = entry;
  if (reason.length > MAX_REASON || reason.trim() === '' || !PRINTABLE.test(reason)) {
    faults.push({ field: 'reason', detail: `1 to ${MAX_REASON} printable characters are expected` });
  }
  if (expires !== null && !(expires > now)) {
    faults.push({ field: 'expires', detail: 'a time in the future is expected' });
  }
  return faults;
}

/** Whether a text can name an imported file: lower-case letters, digits, dots, hyphens and underscores, at most 64. */
export function isSourceName(text: string): boolean {
  return SOURCE.test(text);
}

/** Whether the entry holds at a time (epoch milliseconds). */
export function isInForce({ expires }: ListEntry, now: number): boolean {
  return expires === null || now < expires;
}
