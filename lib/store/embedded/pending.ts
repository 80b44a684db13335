/**
 * What the journal adds to the file: the tallies and the verdict records as they will be once it is worked in.
 *
 * Every process derives this by itself, in memory, from the calls that it made and those it finds in the journal, and answers
 * from it first and from the file second; so what was acknowledged shows at once, whoever took it. A checkpoint writes it down
 * in the order of keys: of a sender reported on again and again only what it came to, and each page once.
 */
import type { RungKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import { applyImpulses, type TallyShelf } from '../apply.ts';
import { encodeTally } from '../codec/tally.ts';
import { decodeVerdict, encodeVerdict, receivedAtOf } from '../codec/verdict.ts';
import { impulsesOf } from '../impulse.ts';
import { type RecordOutcome, VERDICT_RETENTION_MS, type VerdictRecord } from '../port.ts';
import type { Databases } from './databases.ts';
import { Journal, type JournalVerdict } from './journal.ts';
import type { TallyCache } from './tally-cache.ts';
import { namesIn, verdictKey } from './verdict-log.ts';
import type { TransactionWatcher } from './write-queue.ts';

export class Pending implements TransactionWatcher {
  readonly #databases: Databases;
  readonly #journal: Journal;
  readonly #cache: TallyCache;
  /** Those that differ from the file; the empty one is to be removed. */
  readonly #tallies = new Map<RungKey, Tally>();
  readonly #verdicts = new Map<string, Buffer>();
  readonly #shelf: TallyShelf;
  /** The last call that is in the file, and the last one that is in here. */
  #workedIn = 0;
  #seen = 0;
  /** Whether the journal, or the file below it, may have changed since. */
  #isStale = true;

  constructor(databases: Databases, cache: TallyCache) {
    this.#databases = databases;
    this.#journal = new Journal(databases);
    this.#cache = cache;
    this.#shelf = {
      load: (key) => this.#tallies.get(key) ?? this.#cache.load(key),
      save: (key, tally) => {
        this.#tallies.set(key, tally);
      },
      drop: (key) => {
        this.#tallies.set(key, EMPTY_TALLY);
      },
    };
  }

  /** Verdicts that wait for a checkpoint. */
  get size(): number {
    return this.#verdicts.size;
  }

  begin(transaction: number): void {
    if (this.#cache.begin(transaction)) this.#isStale = true;
  }

  end(transaction: number): void {
    this.#cache.end(transaction);
  }

  undone(): void {
    this.#cache.undone();
    this.#startFrom(this.#workedIn);
    this.#isStale = true;
  }

  /** Tallies of rungs, outside a transaction; of what did not change the same object. */
  read(rungs: readonly RungKey[]): readonly Tally[] {
    if (this.#cache.look()) this.#isStale = true;
    this.#catchUp();
    return rungs.map((rung) => this.#tallies.get(rung) ?? this.#cache.read(rung));
  }

  /** Tallies from a key up to but without another that are not in the file as they are, in order. */
  within(start: RungKey, end: RungKey): readonly (readonly [RungKey, Tally])[] {
    if (this.#cache.look()) this.#isStale = true;
    this.#catchUp();
    return [...this.#tallies].filter(([key]) => key >= start && key < end).sort(byKey);
  }

  /** Inside a transaction: takes those verdicts that are no duplicates, and puts them in the journal. */
  record(records: readonly VerdictRecord[], now: number): readonly RecordOutcome[] {
    this.#catchUp();
    const fresh: VerdictRecord[] = [];
    const verdicts: JournalVerdict[] = [];
    const outcomes = records.map((record): RecordOutcome => {
      const key = verdictKey(record.reporter.id, record.id);
      const known =
        this.#verdicts.get(key) ?? this.#databases.verdicts.getBinaryFast(Buffer.from(key, 'latin1'));
      if (known !== undefined && receivedAtOf(known) + VERDICT_RETENTION_MS > now) return 'duplicate';
      const bytes = encodeVerdict(record, now);
      this.#verdicts.set(key, bytes);
      verdicts.push({ key, record: bytes });
      fresh.push(record);
      return 'accepted';
    });
    if (fresh.length === 0) return outcomes;
    applyImpulses(fresh.flatMap(impulsesOf), this.#shelf, now);
    this.#seen = this.#journal.append(verdicts);
    return outcomes;
  }

  /** Inside a transaction: works the journal into the file and empties it. */
  checkpoint(): void {
    this.#catchUp();
    if (this.#seen === this.#workedIn) return;
    const { tallies, verdicts } = this.#databases;
    for (const [key, record] of [...this.#verdicts].sort(byKey)) {
      verdicts.putSync(Buffer.from(key, 'latin1'), record);
    }
    for (const [key, tally] of [...this.#tallies].sort(byKey)) {
      const bytes = Buffer.from(key, 'latin1');
      this.#cache.put(key, tally);
      if (tally === EMPTY_TALLY) tallies.removeSync(bytes);
      else tallies.putSync(bytes, encodeTally(tally));
    }
    this.#journal.workIn(this.#seen);
    this.#startFrom(this.#seen);
  }

  /** Takes in what stands in the journal by now. A checkpoint of another process made what was derived before obsolete. */
  #catchUp(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const workedIn = this.#journal.workedIn();
    if (workedIn !== this.#workedIn) this.#startFrom(workedIn);
    for (const [number, verdicts] of this.#journal.after(this.#seen)) {
      this.#derive(verdicts);
      this.#seen = number;
    }
  }

  /** What `record` did when the call came, of its records. */
  #derive(verdicts: readonly JournalVerdict[]): void {
    let now = 0;
    const records = verdicts.map(({ key, record }): VerdictRecord => {
      this.#verdicts.set(key, record);
      const { voice, receivedAt, ...verdict } = decodeVerdict(record);
      now = receivedAt;
      const [reporter, id] = namesIn(key);
      return { ...verdict, id, reporter: { id: reporter, ...voice } };
    });
    applyImpulses(records.flatMap(impulsesOf), this.#shelf, now);
  }

  /** Nothing is in here of calls after that one, which is the last in the file. */
  #startFrom(workedIn: number): void {
    this.#tallies.clear();
    this.#verdicts.clear();
    this.#workedIn = workedIn;
    this.#seen = workedIn;
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
