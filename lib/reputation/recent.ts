/**
 * The last few verdicts on a subject, in their order: what sums over time cannot show is that a good sender's newest three
 * messages were all spam. A short list tells within a few messages that a host was taken over, or cleaned.
 *
 * The list is the newest `RECENT_KEPT` entries with distinct tags, so merging is commutative, associative and idempotent.
 * A trusted reporter's verdicts each have a tag of their own; an untrusted reporter has one tag for all it says about a
 * subject, hence one place in the list: a turn needs several of them to agree.
 */
export interface RecentVerdict {
  /** Epoch milliseconds, whole seconds. */
  readonly at: number;
  readonly bad: boolean;
  readonly trusted: boolean;
  /** 16 bits: of the verdict's id for a trusted reporter, of the reporter for an untrusted one. */
  readonly tag: number;
  /** The host inside the end site, as a bin; null when the end site is one address. */
  readonly bin: number | null;
}

/** A change to the list: what comes and what goes. */
export interface RecentChange {
  readonly come: readonly RecentVerdict[];
  readonly gone: readonly RecentVerdict[];
}

export const RECENT_KEPT = 8;
export const NO_RECENT_CHANGE: RecentChange = { come: [], gone: [] };

/** A short tag of an id (FNV-1a, folded to 16 bits). */
export function tagOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return ((hash >>> 16) ^ hash) & 0xffff;
}

/** The list with a change applied, newest first. */
export function changeRecent(
  list: readonly RecentVerdict[],
  { come, gone }: RecentChange,
): readonly RecentVerdict[] {
  let changed = list;
  if (gone.length > 0) changed = list.filter((entry) => !gone.some((other) => same(entry, other)));
  for (const entry of come) changed = withEntry(changed, entry);
  return changed;
}

/** The list with one more entry; of two with one tag the newer stays. */
function withEntry(list: readonly RecentVerdict[], entry: RecentVerdict): readonly RecentVerdict[] {
  const others: RecentVerdict[] = [];
  let place = -1;
  for (const other of list) {
    const order = newestFirst(entry, other);
    if (other.tag === entry.tag) {
      if (order >= 0) return list;
      continue;
    }
    if (order < 0 && place < 0) place = others.push(entry) - 1;
    others.push(other);
  }
  if (place < 0) {
    if (others.length === RECENT_KEPT) return list;
    others.push(entry);
  }
  if (others.length <= RECENT_KEPT) return others;
  others.length = RECENT_KEPT;
  return others;
}

/** The change that makes `after` of `before`. */
export function recentDifference(
  after: readonly RecentVerdict[],
  before: readonly RecentVerdict[],
): RecentChange {
  if (after === before) return NO_RECENT_CHANGE;
  return { come: notIn(after, before), gone: notIn(before, after) };
}

/** The entries of a list that are not in the other; both are in their order. */
function notIn(list: readonly RecentVerdict[], other: readonly RecentVerdict[]): readonly RecentVerdict[] {
  const missing: RecentVerdict[] = [];
  let at = 0;
  for (const entry of list) {
    let there = other[at];
    while (there !== undefined && there !== entry && newestFirst(there, entry) < 0) there = other[++at];
    if (there === undefined || (there !== entry && !same(there, entry))) missing.push(entry);
  }
  return missing;
}

/** Two changes as one, the second after the first: what came and then went has not come. */
export function joinRecent(a: RecentChange, b: RecentChange): RecentChange {
  if (b.come.length + b.gone.length === 0) return a;
  if (a.come.length + a.gone.length === 0) return b;
  return { come: changeRecent(a.come, b), gone: [...a.gone, ...b.gone] };
}

/** A total order, so that the list never depends on the order of arrival. */
function newestFirst(a: RecentVerdict, b: RecentVerdict): number {
  return (
    b.at - a.at ||
    b.tag - a.tag ||
    Number(b.bad) - Number(a.bad) ||
    Number(b.trusted) - Number(a.trusted) ||
    (b.bin ?? -1) - (a.bin ?? -1)
  );
}

function same(a: RecentVerdict, b: RecentVerdict): boolean {
  return newestFirst(a, b) === 0;
}
