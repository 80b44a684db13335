/**
 * Listing rungs in address order: the groups of a range, each one query.
 *
 * Which groups exist is noted for wide rungs; the groups of longer ones are named by the widest rungs, as every longer
 * subject has one above it.
 */
import type { Family } from '../../net/address.ts';
import { firstAddress, lastAddress, Prefix } from '../../net/prefix.ts';
import { prefixOfKey } from '../../reputation/rung.ts';
import { isEmpty, type Tally } from '../../reputation/tally.ts';
import type { RungTally } from '../port.ts';
import type { Page } from '../records.ts';
import { keyIn, text } from './item.ts';
import { cascadeKey, groupDigits, groupKey, groupNoteKey, hexOf, widestRung } from './keys.ts';
import { queryAll, type Table } from './table.ts';
import { tallyIn } from './tally-reader.ts';

/** Rungs of one length, from the first to the last address as hex digits, both included. */
interface RungRange {
  readonly family: Family;
  readonly length: number;
  readonly from: string;
  readonly to: string;
}

interface FoundRung {
  readonly digits: string;
  readonly prefix: Prefix;
  readonly tally: Tally;
}

export async function listRungs(
  table: Table,
  within: Prefix,
  length: number,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Page<RungTally>> {
  const digitsOf = (address: ReturnType<typeof firstAddress>): string =>
    hexOf(Prefix.covering(address, length));
  const first = digitsOf(firstAddress(within));
  const goesOn = after !== undefined && after.length === first.length && /^[0-9a-f]+$/.test(after);
  const range = {
    family: within.family,
    length,
    from: goesOn && after > first ? after : first,
    to: digitsOf(lastAddress(within)),
  };
  const found: FoundRung[] = [];
  for await (const rung of rungsIn(table, range)) {
    if ((goesOn && rung.digits === after) || isEmpty(rung.tally)) continue;
    found.push(rung);
    if (found.length === limit) break;
  }
  const next = found.length < limit ? null : (found.at(-1)?.digits ?? null);
  return { items: found.map(({ prefix, tally }) => ({ prefix, tally })), next };
}

async function* rungsIn(table: Table, range: RungRange): AsyncGenerator<FoundRung> {
  const { family, length, from, to } = range;
  for await (const group of groupsIn(table, range)) {
    const rows = queryAll(table, {
      KeyConditionExpression: 'pk = :group AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':group': text(groupKey(family, length, group)),
        ':from': text(from),
        ':to': text(to),
      },
    });
    for await (const item of rows) {
      const key = keyIn(item);
      const prefix = prefixOfKey(cascadeKey(key) ?? '');
      if (prefix !== null) yield { digits: key.sk, prefix, tally: tallyIn(item) };
    }
  }
}

/** The leading digits of the groups of a range, in order. */
async function* groupsIn(table: Table, range: RungRange): AsyncGenerator<string> {
  const { family, length, from, to } = range;
  const digits = groupDigits(family, length);
  const [first, last] = [from.slice(0, digits), to.slice(0, digits)];
  if (first === last) {
    yield first;
    return;
  }
  const widest = widestRung(family);
  if (length <= widest) {
    yield* notedGroups(table, family, length, first, last);
    return;
  }
  for await (const rung of rungsIn(table, { family, length: widest, from: first, to: last })) {
    yield rung.digits;
  }
}

async function* notedGroups(
  table: Table,
  family: Family,
  length: number,
  first: string,
  last: string,
): AsyncGenerator<string> {
  const { pk, sk: from } = groupNoteKey(family, length, first);
  const { sk: to } = groupNoteKey(family, length, last);
  for await (const item of queryAll(table, {
    KeyConditionExpression: 'pk = :notes AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':notes': text(pk), ':from': text(from), ':to': text(to) },
  })) {
    const { sk } = keyIn(item);
    yield sk.slice(sk.indexOf('.') + 1);
  }
}
