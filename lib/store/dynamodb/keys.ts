/**
 * Keys of the one table: `pk` and `sk`, both text. The first letter of `pk` says what an item is.
 *
 * | access pattern                               | pk                     | sk             | operation                  |
 * |----------------------------------------------|------------------------|----------------|----------------------------|
 * | lookup: the tallies of a ladder              | t FAMILY LENGTH .GROUP | address bits   | BatchGetItem, at most 6    |
 * |   ... and, where asked for, of an account    | n LETTER NAME          | - or NAME      |   with 2 keys more         |
 * | export: rungs of a length inside a prefix    | t FAMILY LENGTH .GROUP | from..to       | Query, one per group       |
 * |   ... and the groups there are               | g FAMILY               | LENGTH .GROUP  | Query, PutItem             |
 * | roll-up: what one reporter says of a subject | r SUBJECT              | t/u/e REPORTER | BatchGetItem, PutItem      |
 * |   ... and whether the others agree           | s REPORTER .LANE       | SUBJECT        | BatchGetItem, PutItem      |
 * | a reporter's standing among the others       | n LETTER NAME          | -              | BatchGetItem, PutItem      |
 * | forget: what all reporters say of a subject  | r SUBJECT              | *              | Query                      |
 * | forget: until when a subject is forgotten    | f SUBJECT              | -              | GetItem, PutItem           |
 * | base rate, spread over lanes                 | o FAMILY LANE          | -              | BatchGetItem               |
 * | verdict: accept once, take back              | v REPORTER .LANE       | verdict id     | PutItem, UpdateItem        |
 * | stolen key: all a reporter said              | v REPORTER .LANE       | *              | Query, one per lane        |
 * | operator's records, in order                 | c KIND                 | record key     | GetItem, Query, PutItem    |
 * |   ... and how often they changed             | c                      | KIND           | UpdateItem, GetItem        |
 * | audit trail, newest first                    | a                      | time           | PutItem, Query             |
 * | blobs, and their names in order              | b LANE                 | name           | GetItem, Query             |
 * |   ... the parts of a large one               | p DIGEST               | part           | GetItem                    |
 * | admission: what a sender did lately          | q SENDER               | -              | UpdateItem, GetItem        |
 * | changes that could not be applied            | x                      | time, place    | PutItem, Query             |
 * | how far a load has come                      | l                      | -              | GetItem, PutItem           |
 * | a dump of everything                         | *                      | *              | Scan                       |
 *
 * Address bits are fixed-width hex behind the family and the length, so that the order of keys is the order of addresses
 * and families never meet. A GROUP is the leading bits of an address (see `GROUP_BYTES`): rungs of one group are one
 * range, and no group is hotter than the wide block that every lookup inside it reads anyway. SUBJECT is FAMILY LENGTH .BITS
 * of a prefix, or LETTER NAMES of an account; its names are hashes.
 *
 * A partition key is one shard of the stream. So what feeds one tally lies under few of them: the roll-up then changes that
 * tally a few times a second, not once for every shard, and it need remember few shards (see rollup/marks.ts).
 */
import type { Family } from '../../net/address.ts';
import type { Prefix } from '../../net/prefix.ts';
import { tagOf } from '../../reputation/recent.ts';
import {
  aboveNamed,
  isRootKey,
  NAME_BYTES,
  namedKindOf,
  prefixOfKey,
  type RungKey,
  rootKey,
  rungKey,
  rungLength,
} from '../../reputation/rung.ts';
import { isStanceKey, plainId, reporterRange, stanceKey } from '../impulse.ts';

export interface TableKey {
  readonly pk: string;
  readonly sk: string;
}

/** The sort key of items that are alone under their partition key. */
const ALONE = '-';

/** The base rate takes every network's changes: so many items share them. */
export const ROOT_LANES = 16;
/** A busy reporter's verdicts are spread over so many partition keys, each good for 1,000 writes a second. */
export const VERDICT_LANES = 16;
/** As are its stances: fewer keys, as all of them feed one tally. */
const STANCE_LANES = 4;
/** Names of blobs are spread likewise, as a refresh writes many. */
export const BLOB_LANES = 16;

/** Leading bytes that make a group: of blocks as wide as the widest rung, and of everything longer. */
const GROUP_BYTES = {
  4: { widest: 16, wide: 1, long: 2 },
  6: { widest: 32, wide: 2, long: 4 },
} as const satisfies Record<Family, { widest: number; wide: number; long: number }>;

/** The key of a tally by its key in the cascade: a rung, a reporter on a rung, or a lane of a root. */
export function tallyKey(key: RungKey): TableKey {
  if (isRootKey(key)) return rootLaneKey(key);
  const end = rungLength(key);
  const rung = key.slice(0, end);
  // The mark between a rung and a reporter is told by its place: address bytes may look like it.
  if (key.length > end) {
    const said = key.slice(end + 1);
    return isStanceKey(key) ? stanceTallyKey(rung, said.slice(1)) : { pk: reportersOf(rung), sk: said };
  }
  const prefix = prefixOfKey(rung);
  if (prefix === null) return namedTallyKey(rung);
  const { family, length } = prefix;
  const digits = hexOf(prefix);
  return { pk: groupKey(family, length, digits.slice(0, groupDigits(family, length))), sk: digits };
}

/** The cascade's key of a tally item; null for items that are no tallies. */
export function cascadeKey({ pk, sk }: TableKey): RungKey | null {
  if (pk[0] === 'o') return String.fromCharCode(0, Number(pk[1]), Number.parseInt(pk.slice(2), 16));
  if (pk[0] === 'n') return keyOfName(pk.slice(1) + (sk === ALONE ? '' : sk));
  if (pk[0] === 's') return stanceKey(keyOfName(sk), reporterNameOf({ pk, sk }));
  if (pk[0] === 'r') return `${reporterRange(keyOfName(pk.slice(1))).start}${sk}`;
  if (pk[0] !== 't') return null;
  return keyOfName(`${pk.slice(1, pk.indexOf('.'))}.${sk === ALONE ? '' : sk}`);
}

/** The lane of a root that takes a child's changes, as a key of the cascade: the same for all children of a group. */
export function rootLaneOf(root: RungKey, child: RungKey): RungKey {
  return `${root}${String.fromCharCode(tagOf(tallyKey(child).pk) % ROOT_LANES)}`;
}

/** All lanes of a root. */
export function rootLanes(family: Family): readonly RungKey[] {
  return Array.from({ length: ROOT_LANES }, (_, lane) => `${rootKey(family)}${String.fromCharCode(lane)}`);
}

export function forgottenKey(subject: RungKey): TableKey {
  return { pk: `f${subjectName(subject)}`, sk: ALONE };
}

/** Where the counters of a sender are kept: of a subject, or of an account by its hashed name. */
export function counterKey(sender: RungKey): TableKey {
  return { pk: `q${subjectName(sender)}`, sk: ALONE };
}

/** The partition of all reporters' tallies on a subject. */
export function reportersOf(subject: RungKey): string {
  return `r${subjectName(subject)}`;
}

/** Where it is kept whether a reporter agrees with the others on a subject, given where it is kept what it says of it; else null. */
export function stanceBeside(said: TableKey): TableKey | null {
  const subject = said.pk[0] === 'r' ? subjectOf(said) : null;
  return subject === null ? null : stanceTallyKey(subject, said.sk.slice(1));
}

/** The subject that a marker of forgetting, a reporter's tally or its stance is about; null when it is none. */
export function subjectOf({ pk, sk }: TableKey): RungKey | null {
  const subject = keyOfName(pk[0] === 's' ? sk : pk.slice(1));
  const isSubject = prefixOfKey(subject) !== null || namedKindOf(subject) !== null;
  return isSubject && subject.length === rungLength(subject) ? subject : null;
}

/** The partition of the rungs of one length that share their leading digits. */
export function groupKey(family: Family, length: number, digits: string): string {
  return `t${family}${lengthDigits(length)}.${digits}`;
}

/** How many hex digits of its address name the group of a rung. */
export function groupDigits(family: Family, length: number): number {
  const { widest, wide, long } = GROUP_BYTES[family];
  return 2 * (length <= widest ? wide : long);
}

/** Where it is noted that a group of wide rungs exists; groups of longer rungs are named by the widest rungs. */
export function groupNoteKey(family: Family, length: number, digits: string): TableKey {
  return { pk: `g${family}`, sk: `${lengthDigits(length)}.${digits}` };
}

/** The note to make when a rung is first seen; null for rungs whose groups need none. */
export function groupNoteOf(rung: Prefix): TableKey | null {
  const { family, length } = rung;
  if (length > widestRung(family)) return null;
  return groupNoteKey(family, length, hexOf(rung).slice(0, groupDigits(family, length)));
}

/** The address bits of a rung, as they stand in its sort key. */
export function hexOf(prefix: Prefix): string {
  const digits = Buffer.from(rungKey(prefix).slice(2), 'latin1').toString('hex');
  return digits === '' ? ALONE : digits;
}

/** The length of the widest rung of a family: rungs longer than this lie in groups that such a rung names. */
export function widestRung(family: Family): number {
  return GROUP_BYTES[family].widest;
}

export function verdictKey(reporterId: string, id: string): TableKey {
  const name = plainId(id);
  return { pk: verdictLane(reporterId, tagOf(name) % VERDICT_LANES), sk: name };
}

/** One of the `VERDICT_LANES` partitions of a reporter's verdicts. */
export function verdictLane(reporterId: string, lane: number): string {
  return `v${plainId(reporterId)}.${hexDigit(lane)}`;
}

/** The reporter's name in the key of a verdict or of a stance, as `plainId` gives it. */
export function reporterNameOf({ pk }: TableKey): string {
  return pk.slice(1, pk.lastIndexOf('.'));
}

export function recordKey(kind: string, key: string): TableKey {
  return { pk: `c${kind}`, sk: key };
}

export function revisionKey(kind: string): TableKey {
  return { pk: 'c', sk: kind };
}

/** The partition of the audit trail. */
export const AUDIT = 'a';
/** The partition of changes that could not be applied. */
export const DEAD_LETTERS = 'x';

/** Where it stands how far the last load has come. */
export const LOAD_MARK: TableKey = { pk: 'l', sk: ALONE };

export function blobKey(name: string): TableKey {
  return { pk: blobLane(tagOf(name) % BLOB_LANES), sk: name };
}

export function blobLane(lane: number): string {
  return `b${hexDigit(lane)}`;
}

export function blobPartKey(digest: string, part: number): TableKey {
  return { pk: `p${digest}`, sk: String(part) };
}

function stanceTallyKey(subject: RungKey, reporterName: string): TableKey {
  const sk = subjectName(subject);
  return { pk: `s${reporterName}.${hexDigit(tagOf(sk) % STANCE_LANES)}`, sk };
}

/** The accounts of an organisation lie under one partition key: every lookup of one reads the organisation anyway. */
function namedTallyKey(rung: RungKey): TableKey {
  const name = subjectName(rung);
  const above = aboveNamed(rung);
  if (above === null) return { pk: `n${name}`, sk: ALONE };
  const shared = 1 + 2 * NAME_BYTES;
  return { pk: `n${name.slice(0, shared)}`, sk: name.slice(shared) };
}

function rootLaneKey(key: RungKey): TableKey {
  if (!isRootKey(key) || key.length !== 3) throw new RangeError('no tally is kept under such a key');
  return { pk: `o${key.charCodeAt(1)}${hexDigit(key.charCodeAt(2))}`, sk: ALONE };
}

/** `FAMILY LENGTH.BITS`, e.g. `640.20010db800000001` for 2001:db8:0:1::/64; of an account its letter and hashed names. */
function subjectName(subject: RungKey): string {
  const prefix = prefixOfKey(subject);
  if (prefix !== null) return `${prefix.family}${lengthDigits(prefix.length)}.${hexOf(prefix)}`;
  if (namedKindOf(subject) === null) throw new RangeError('no tally is kept under such a key');
  return `${subject.charAt(1)}${Buffer.from(subject.slice(2), 'latin1').toString('hex')}`;
}

function keyOfName(name: string): RungKey {
  if (/^[a-z]/.test(name)) {
    return `${String.fromCharCode(1)}${name.charAt(0)}${Buffer.from(name.slice(1), 'hex').toString('latin1')}`;
  }
  const bits = name.slice(4);
  const bytes = bits === ALONE ? '' : Buffer.from(bits, 'hex').toString('latin1');
  return `${String.fromCharCode(Number(name[0]), Number.parseInt(name.slice(1, 3), 16))}${bytes}`;
}

function lengthDigits(length: number): string {
  return length.toString(16).padStart(2, '0');
}

function hexDigit(value: number): string {
  return value.toString(16);
}
