/**
 * The store port: what the two lines need of storage. Two implementations keep it, `embedded` (LMDB, one machine) and
 * `dynamodb`; one contract suite holds both to the words below.
 */

import type { Ladder } from '../allocation/ladder.ts';
import type { Family } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { QuotaLimits, Ruling, TrafficEvent } from '../quota/counters.ts';
import type { RungKey } from '../reputation/rung.ts';
import type { Stance } from '../reputation/stance.ts';
import type { Tally } from '../reputation/tally.ts';
import type { Verdict } from '../reputation/verdict.ts';
import type { AuditEntry, BlobStore, Page, RecordStore } from './records.ts';
import type { StateStore } from './state.ts';

/** Who reports. A trusted reporter (the operator's own) is not saturated. */
export interface Reporter {
  readonly id: string;
  readonly trusted: boolean;
  /** Whether an untrusted reporter is hardly heard: it echoes the service, or contradicts everyone else. */
  readonly faint?: boolean | undefined;
}

/** One verdict, folded to what it is evidence about; everything else in the store derives from these. */
export interface VerdictRecord {
  /** Unique per reporter for `VERDICT_RETENTION_MS`: a second record with it is a duplicate. At most 200 characters. */
  readonly id: string;
  readonly reporter: Reporter;
  readonly ladder: Ladder;
  /** The host inside the end site, as a bin; null when the end site is one address. */
  readonly bin: number | null;
  /** The rung of the account that sent the mail; left out when none is known. */
  readonly account?: RungKey | undefined;
  readonly verdict: Verdict;
  /** Whether an untrusted reporter agrees with what others say of the subject; left out when they say nothing clear. */
  readonly stance?: Stance | undefined;
  /** How many messages it speaks for; at least 1. */
  readonly count: number;
  /** When the mail was seen: epoch milliseconds. */
  readonly at: number;
}

export type RecordOutcome = 'accepted' | 'duplicate';

/** How long a verdict is kept as a record: the time in which its id is known and it can be taken back. */
export const VERDICT_RETENTION_MS = 30 * 24 * 3_600_000;

/** How long it is kept that a subject was forgotten: past every verdict it covers, and their last stay in a stream. */
export const FORGOTTEN_KEPT_MS = VERDICT_RETENTION_MS + 2 * 24 * 3_600_000;

/** One rung of a listing. */
export interface RungTally {
  readonly prefix: Prefix;
  readonly tally: Tally;
}

/** What is known of changes of some tallies. */
export interface Watch {
  /** Where they are counted, in the order of the rungs. */
  readonly places: readonly number[];
  /** What the counts at all of them come to. */
  readonly changes: number;
}

/** What senders have done lately. It need not outlive the machine: after an hour it means nothing. */
export interface CounterStore {
  /**
   * Rules on an event of a sender at `now` (epoch milliseconds) and counts it, as `take` of lib/quota does, in one
   * conditional write: whoever else counts for that sender, no event is lost and no limit is exceeded.
   */
  take(key: RungKey, event: TrafficEvent, limits: QuotaLimits, now: number): Promise<Ruling>;
}

export interface Store {
  readonly records: RecordStore;
  readonly blobs: BlobStore;
  readonly counters: CounterStore;
  readonly state: StateStore;

  /**
   * Reads the tallies of the rungs in one batch; an unknown rung has the empty tally. Order is kept. A store that needs not
   * wait for them answers at once; then it throws when it fails, and of a rung that is asked for again and again it gives
   * the same object while its tally does not change.
   */
  readTallies(rungs: readonly RungKey[]): readonly Tally[] | Promise<readonly Tally[]>;

  /**
   * How often those rungs' tallies changed so far, and where to look for it again: cheaper than reading them. Of a store that
   * answers at once; left out by others.
   */
  watchTallies?(rungs: readonly RungKey[]): Watch;

  /**
   * What the changes at places that such a watch named (those from one index up to but without another) come to by now. The
   * same as in the watch: its tallies are surely as they were; else they may have changed.
   */
  changesAt?(places: ArrayLike<number>, from: number, to: number): number;

  /** A number that is another once any tally changed; left out by who cannot tell without asking for them. */
  tallyChanges?(): number;

  /**
   * Makes the verdicts durable and answers only then; all of them or, when it throws, a subset that a retry completes
   * (ids make the retry harmless). Duplicates within one call count once. `now` is epoch milliseconds.
   */
  recordVerdicts(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]>;

  /**
   * Takes a reporter's verdict back, with everything that derived from it. False when there is none with that id, or when
   * everything it is about was forgotten since.
   */
  retractVerdict(reporterId: string, id: string, now: number): Promise<boolean>;

  /**
   * Takes back everything a reporter said since a time (epoch milliseconds, by when it was received), for a stolen key;
   * resolves to how many verdicts. Runs in steps; a crash leaves it to be asked again.
   */
  retractSince(reporterId: string, since: number, now: number): Promise<number>;

  /**
   * Forgets a subject (a prefix or an account): its tally, what it contributed to the levels above, and who said what
   * about it. Verdicts received before can no longer be taken back from it. False when nothing was known. The audit entry
   * is written with it.
   */
  forget(subject: RungKey, audit: AuditEntry): Promise<boolean>;

  /**
   * Tallies of rungs of one length inside a wider prefix, in address order; `after` is the `next` of the part before.
   * Rungs of that length only: what is known of longer or shorter ones is asked with their length.
   */
  listRungs(
    within: Prefix,
    length: number,
    page: { after?: string | undefined; limit: number },
  ): Promise<Page<RungTally>>;

  /** The tally of everything seen in a family; may lag a few seconds. */
  rootTally(family: Family): Tally;

  /** Resolves when the store can be read and written; rejects with the reason when it cannot. */
  check(): Promise<void>;

  /** Finishes what was begun and lets go of files and sockets. */
  close(): Promise<void>;
}
