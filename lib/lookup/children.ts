/**
 * What is known inside a block: its sub-prefixes of one length, each with what the evidence makes of it.
 */
import { type Ladder, ladderOf, rungsAbove } from '../allocation/ladder.ts';
import { Address, type Family } from '../net/address.ts';
import { covers, hostPrefix, type Prefix } from '../net/prefix.ts';
import { reputationOf } from '../reputation/reputation.ts';
import { type RungKey, rungKey } from '../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../reputation/tally.ts';
import { fail, ok, type Result } from '../result.ts';
import type { RungTally, Store } from '../store/port.ts';
import type { Page } from '../store/records.ts';

/** One sub-prefix of which something is known. */
export interface Child {
  readonly prefix: Prefix;
  /** Whether verdicts are kept under the prefix itself; else it is a wider block, and counts its distinct children. */
  readonly isSubject: boolean;
  /** Probability that mail is unwanted: from the subject, or from a stranger inside the wider block. */
  readonly spam: number;
  readonly interval: readonly [low: number, high: number];
  /** Decayed weight over 30 days: reports on a subject, distinct children of a wider block. */
  readonly observations: number;
  /** Epoch milliseconds of the newest verdict; null on a wider block, which does not keep it. */
  readonly lastSeen: number | null;
}

/** A part of the children of a block. */
export interface ChildrenRequest {
  readonly within: Prefix;
  /** Length of the children, longer than the block's own. */
  readonly length: number;
  /** The `next` of the part before; undefined for the first. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface ChildrenSources {
  readonly store: Pick<Store, 'listRungs' | 'readTallies' | 'rootTally'>;
}

/**
 * The children of a block in address order, at time `now` (epoch milliseconds): one listing and one read of the rungs in
 * between, which neighbours share. Fails with `bad-cursor` when `after` leads out of the block; rejects with the store.
 */
export async function childrenOf(
  { within, length, after, limit }: ChildrenRequest,
  { store }: ChildrenSources,
  now: number,
): Promise<Result<Page<Child>, 'bad-cursor'>> {
  const page = await store.listRungs(within, length, { after, limit });
  if (!page.items.every(({ prefix }) => prefix.length === length && covers(within, prefix))) {
    return fail('bad-cursor');
  }
  const wider = await readWider(page.items, store);
  const root = store.rootTally(within.family);
  const items = page.items.map((rung) => childOf(rung, wider, root, now));
  return ok({ items, next: page.next });
}

/**
 * Lengths at which evidence is kept by default, shortest first, single addresses last. Subjects of other lengths are
 * there where a network published its end sites, or an operator entered them.
 */
export function rungLengthsOf(family: Family): readonly number[] {
  const host = hostPrefix(family === 4 ? Address.v4(0) : Address.v6(0, 0, 0, 0));
  const lengths = [host, ...rungsAbove(host)].map(({ length }) => length);
  return lengths.sort((a, b) => a - b);
}

/** Reads every rung above the children once. */
async function readWider(
  children: readonly RungTally[],
  store: ChildrenSources['store'],
): Promise<ReadonlyMap<RungKey, Tally>> {
  const keys = [...new Set(children.flatMap((child) => ladderFor(child).ancestors.map(rungKey)))];
  const tallies = await store.readTallies(keys);
  return new Map(keys.map((key, i) => [key, tallies[i] ?? EMPTY_TALLY]));
}

/** What a lookup would read for the subject; above a wider block all of its rungs. */
function ladderFor({ prefix, tally }: RungTally): Ladder {
  return isSubject(tally) ? ladderOf(prefix) : { subject: prefix, ancestors: rungsAbove(prefix) };
}

function childOf(rung: RungTally, wider: ReadonlyMap<RungKey, Tally>, root: Tally, now: number): Child {
  const { prefix, tally } = rung;
  const { ancestors } = ladderFor(rung);
  const above = ancestors.map((ancestor) => wider.get(rungKey(ancestor)) ?? EMPTY_TALLY);
  if (isSubject(tally)) {
    const own = { ladder: { subject: prefix, ancestors }, tallies: [tally, ...above], bin: null, root };
    const { spam, interval, observations, lastSeen } = reputationOf(own, now);
    return { prefix, isSubject: true, spam, interval, observations, lastSeen };
  }
  // A stranger, nothing known of itself, with the block as its nearest rung: what it is told is what the block says.
  const ladder = { subject: prefix, ancestors: [prefix, ...ancestors] };
  const stranger = reputationOf({ ladder, tallies: [EMPTY_TALLY, tally, ...above], bin: null, root }, now);
  const { spam, interval, evidence } = stranger;
  return {
    prefix,
    isSubject: false,
    spam,
    interval,
    observations: evidence.observationsAt(1),
    lastSeen: null,
  };
}

/** Wider blocks do not know when: only a subject's own verdicts leave a time. */
function isSubject({ lastSeen }: Tally): boolean {
  return lastSeen > 0;
}
