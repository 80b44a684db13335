/**
 * What the journal adds to the file: the tallies and the verdict records as they will be once it is worked in.
 *
 * Every process derives this by itself, in memory, from the calls that it made and those it finds in the journal, and answers
 * from it first and from the file second; so what was acknowledged shows at once, whoever took it. A checkpoint writes it down:
 * of a sender reported on again and again only what it came to, and each page once; a large one in parts (parts.ts). Not in the
 * order of keys: rows of new keys in order would split pages so that halves stay empty, which took a quarter more room.
 */
import { cascade, type TallyAccess } from '../../reputation/cascade.ts';
import { isInside, type RungKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import { receivedAtOf, verdictAsText } from '../codec/verdict.ts';
import { impulsesOf } from '../impulse.ts';
import { levelAbove } from '../level-above.ts';
import { type RecordOutcome, VERDICT_RETENTION_MS, type VerdictRecord } from '../port.ts';
import { type Databases, keyBytes } from './databases.ts';
import { Journal, type JournalVerdict } from './journal.ts';
import { LastCheckpoint } from './last-checkpoint.ts';
import { type Outcome, partsOf, putPart, sizeOf } from './parts.ts';
import type { TallyCache } from './tally-cache.ts';
import { NO_TALLY, talliesWithin, tallyText } from './tally-text.ts';
import type { TallyVersions } from './tally-versions.ts';
import { recordUnder, verdictKey } from './verdict-log.ts';
import type { TransactionWatcher } from './write-queue.ts';

export class Pending implements TransactionWatcher {
  readonly #databases: Databases;
  readonly #journal: Journal;
  readonly #cache: TallyCache;
  /** Those that differ from the file, as texts of what will be there. */
  #tallies = new Map<RungKey, string>();
  #verdicts = new Map<string, string>();
  readonly #last: LastCheckpoint;
  /** Whether a job of the transaction under way was undone. */
  #wasUndone = false;
  readonly #access: TallyAccess;
  /** The last call that is in the file, and the last one that is in here. */
  #workedIn = 0;
  #seen = 0;
  /** Whether the journal, or the file below it, may have changed since. */
  #isStale = true;

  constructor(databases: Databases, cache: TallyCache) {
    this.#databases = databases;
    this.#journal = new Journal(databases);
    this.#last = new LastCheckpoint(this.#journal);
    this.#cache = cache;
    this.#access = {
      get: (key) => this.#cache.load(key, this.#tallies) ?? EMPTY_TALLY,
      set: (key, tally) => {
        const text = tallyText(tally);
        this.#tallies.set(key, text);
        this.#cache.differs(key, text === NO_TALLY ? EMPTY_TALLY : tally);
      },
      above: levelAbove,
    };
  }

  /** Verdicts that wait for a checkpoint. */
  get size(): number {
    return this.#verdicts.size;
  }

  /** Whether the last checkpoint is not wholly in the file, as far as who reads can tell. */
  get hasParts(): boolean {
    return this.#last.isLeft;
  }

  begin(transaction: number): void {
    if (this.#cache.begin(transaction)) this.#isStale = true;
  }

  end(transaction: number): void {
    this.#cache.end(transaction);
    this.#last.end();
    if (this.#wasUndone) this.#startAnew();
    this.#wasUndone = false;
  }

  failed(): void {
    this.#cache.failed();
    this.#startAnew();
    this.#wasUndone = false;
  }

  /** Who reads has what the file has, until the transaction ends: then there is more in it. */
  undone(): void {
    this.#startAnew();
    this.#wasUndone = true;
  }

  /**
   * Tallies of rungs, outside a transaction; of what did not change the same object. They are read from the last to the first,
   * and none is looked for inside a prefix that has none: a tally is always the sum of what the narrower ones contribute.
   */
  read(rungs: readonly RungKey[]): readonly Tally[] {
    this.#freshen();
    const tallies = rungs.map(() => EMPTY_TALLY);
    let bare: RungKey | null = null;
    for (let i = rungs.length - 1; i >= 0; i--) {
      const rung = rungs[i];
      if (rung === undefined || (bare !== null && isInside(rung, bare))) continue;
      const tally = this.#tallyOf(rung);
      if (tally === EMPTY_TALLY) bare = rung;
      tallies[i] = tally;
    }
    return tallies;
  }

  /** The tally of one rung, outside a transaction. */
  readOne(rung: RungKey): Tally {
    this.#freshen();
    return this.#tallyOf(rung);
  }

  /** What changed so far, outside a transaction; to be asked for each time. */
  get versions(): TallyVersions {
    this.#freshen();
    return this.#cache.versions;
  }

  /** Tallies from a key up to but without another that are not in the file as they are, in order. */
  within(start: RungKey, end: RungKey): readonly (readonly [RungKey, Tally])[] {
    this.#freshen();
    return talliesWithin([this.#last.outcome.tallies, this.#tallies], start, end);
  }

  /** Inside a transaction: takes those verdicts that are no duplicates, and puts them in the journal. */
  record(records: readonly VerdictRecord[], now: number): readonly RecordOutcome[] {
    this.#catchUp();
    const fresh: VerdictRecord[] = [];
    const verdicts: JournalVerdict[] = [];
    const outcomes = records.map((record): RecordOutcome => {
      const key = verdictKey(record.reporter.id, record.id);
      const known = this.#recordOf(key);
      if (known !== undefined && receivedAtOf(known) + VERDICT_RETENTION_MS > now) return 'duplicate';
      const text = verdictAsText(record, now);
      this.#verdicts.set(key, text);
      verdicts.push({ key, record: text });
      fresh.push(record);
      return 'accepted';
    });
    if (fresh.length === 0) return outcomes;
    cascade(fresh.flatMap(impulsesOf), this.#access, now);
    this.#seen = this.#journal.append(verdicts);
    return outcomes;
  }

  /** Inside a transaction: works the journal into the file and empties it. */
  checkpoint(): void {
    while (this.settle());
    if (this.#seen === this.#workedIn) return;
    const outcome = { tallies: this.#tallies, verdicts: this.#verdicts };
    for (const part of partsOf(outcome, sizeOf(outcome))) putPart(part, this.#databases);
    this.#journal.workIn(this.#seen);
    this.#leave(outcome);
    this.#last.settled();
  }

  /**
   * The same in parts of so many tallies, which are then to be settled one by one; at once where it is one part. Not before the
   * last one is wholly in the file, as memory holds what one came to for who reads, not two.
   */
  checkpointInParts(size: number): void {
    this.#catchUp();
    if (this.hasParts) return;
    const outcome = { tallies: this.#tallies, verdicts: this.#verdicts };
    if (sizeOf(outcome) <= size) this.checkpoint();
    else {
      this.#journal.workInto(partsOf(outcome, size), this.#seen);
      this.#leave(outcome);
    }
  }

  /** Inside a transaction: puts the next part of the last checkpoint into the file. False when none was left. */
  settle(): boolean {
    this.#catchUp();
    const [first] = this.#journal.parts(1);
    if (first === undefined) return false;
    const [number, part] = first;
    putPart(part, this.#databases);
    this.#journal.dropPart(number);
    if (!this.#journal.hasParts()) this.#last.settled();
    return true;
  }

  /** What the journal's calls came to is in the file or in parts by the transaction under way. */
  #leave(outcome: Outcome): void {
    this.#last.make(outcome, this.#seen);
    this.#cache.written(outcome.tallies);
    this.#startFrom(this.#seen);
  }

  #recordOf(key: string): Buffer | undefined {
    const text = this.#verdicts.get(key) ?? this.#last.outcome.verdicts.get(key);
    return text === undefined
      ? this.#databases.verdicts.getBinaryFast(keyBytes(key))
      : Buffer.from(text, 'latin1');
  }

  #tallyOf(rung: RungKey): Tally {
    return this.#cache.read(rung, this.#tallies);
  }

  #freshen(): void {
    if (this.#cache.look()) this.#isStale = true;
    this.#catchUp();
  }

  /** Takes in what stands in the journal by now. A checkpoint of another process made what was derived before obsolete. */
  #catchUp(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const workedIn = this.#journal.workedIn();
    if (workedIn !== this.#workedIn) this.#startFrom(workedIn);
    this.#last.find(this.#workedIn);
    if (this.#last.isLeft) this.#cache.written(this.#last.outcome.tallies);
    for (const [number, verdicts] of this.#journal.after(this.#seen)) {
      this.#derive(verdicts);
      this.#seen = number;
    }
  }

  /** What `record` did when the call came, of its records. */
  #derive(verdicts: readonly JournalVerdict[]): void {
    let now = 0;
    const records = verdicts.map(({ key, record: text }) => {
      this.#verdicts.set(key, text);
      const { record, receivedAt } = recordUnder(key, Buffer.from(text, 'latin1'));
      now = receivedAt;
      return record;
    });
    cascade(records.flatMap(impulsesOf), this.#access, now);
  }

  /** Nobody knows what of all this is in the file. */
  #startAnew(): void {
    this.#cache.clear();
    this.#last.forget();
    this.#startFrom(this.#workedIn);
    this.#isStale = true;
  }

  /** Nothing is in here of calls after that one, which is the last in the file. */
  #startFrom(workedIn: number): void {
    this.#tallies = new Map();
    this.#verdicts = new Map();
    this.#workedIn = workedIn;
    this.#seen = workedIn;
  }
}
