/**
 * The roll-up: from the table's own changes to its tallies, level by level.
 *
 * The stream is the outbox: what one level changed is told to the next by the stream record of that very write, so a crash
 * between two levels loses nothing, and each level costs at most one write per tally and batch. A record asks for a change
 * to one tally, a verdict to up to three; each is applied when the tally's own marks do not have it yet (see marks.ts).
 */
import type { RungKey } from '../../../reputation/rung.ts';
import { MOST_EVIDENCE_MONTHS } from '../../tally-life.ts';
import { concurrently } from '../concurrently.ts';
import { keyAttributes, keyIn, text } from '../item.ts';
import { forgottenKey, reportersOf, stanceBeside, type TableKey, tallyKey } from '../keys.ts';
import { queryAll, type Table } from '../table.ts';
import { advance } from './advance.ts';
import type { Change } from './change.ts';
import { bury } from './dead-letters.ts';
import { type Lift, type Work, workOf } from './lift.ts';
import { compareSequence } from './marks.ts';
import type { TallyState } from './tally-item.ts';
import { TallyWriter } from './tally-writer.ts';

/** Tallies written at a time. */
const WRITES_AT_ONCE = 32;

/** What became of a batch. */
export interface RollupOutcome {
  /** The sequence number from which on the batch must be delivered again; null when all of it is done. */
  readonly failedFrom: string | null;
  /** Why; null when all is done. */
  readonly failure: unknown;
  /** Changes that could not be understood and lie in the dead letters. */
  readonly buried: number;
  /** Changes that had been applied before. */
  readonly repeated: number;
  readonly writes: number;
  readonly conflicts: number;
}

/** What the time is, how long a batch may take, and how long tallies are kept. */
export interface RollupClock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whether it is too late to begin another write. */
  readonly isLate: () => boolean;
  /** 30-day months for which a tally is kept that nobody reports on; as long as there can be when left out. */
  readonly evidenceMonths?: number | undefined;
}

/** Where changes go that cannot be understood, or not be applied to a tally. */
export type Burial = (change: Change, reason: unknown) => Promise<void>;

export async function rollUp(
  changes: readonly Change[],
  table: Table,
  clock: RollupClock,
  burial: Burial = (change, reason) => bury(table, change, reason, clock.now()),
): Promise<RollupOutcome> {
  const batch = new Batch(table, clock, burial);
  await batch.run(changes);
  return batch.outcome();
}

/** A change, and what it asks for. */
interface Task {
  readonly change: Change;
  readonly work: Work;
}

/** One batch on its way. */
class Batch {
  readonly #table: Table;
  readonly #clock: RollupClock;
  readonly #burial: Burial;
  readonly #writer: TallyWriter;
  readonly #failed: { readonly change: Change; readonly reason: unknown }[] = [];
  #buried = 0;
  #repeated = 0;

  constructor(table: Table, clock: RollupClock, burial: Burial) {
    this.#table = table;
    this.#burial = burial;
    this.#clock = clock;
    this.#writer = new TallyWriter(table, clock.evidenceMonths ?? MOST_EVIDENCE_MONTHS);
  }

  async run(changes: readonly Change[]): Promise<void> {
    const tasks: Task[] = [];
    for (const change of changes) {
      const work = await this.#understand(change);
      if (work !== null) tasks.push({ change, work });
    }
    await this.#note(tasks);
    await this.#forget(tasks);
    await this.#lift(tasks);
  }

  outcome(): RollupOutcome {
    const [first, ...rest] = this.#failed;
    const earliest = rest.reduce(
      (a, b) =>
        a !== undefined && compareSequence(a.change.place.sequence, b.change.place.sequence) <= 0 ? a : b,
      first,
    );
    return {
      failedFrom: earliest?.change.place.sequence ?? null,
      failure: earliest?.reason ?? null,
      buried: this.#buried,
      repeated: this.#repeated,
      writes: this.#writer.writes,
      conflicts: this.#writer.conflicts,
    };
  }

  /** What a change asks for; null when it cannot be understood, and is buried. */
  async #understand(change: Change): Promise<Work | null> {
    try {
      return workOf(change);
    } catch (error) {
      await this.#bury([change], error);
      return null;
    }
  }

  async #note(tasks: readonly Task[]): Promise<void> {
    const noting = tasks.filter(({ work }) => work.note !== undefined);
    await concurrently(noting, WRITES_AT_ONCE, ({ change, work: { note } }) =>
      this.#guard([change], async () => {
        if (note !== undefined) await this.#table.put({ Item: keyAttributes(note) });
      }),
    );
  }

  async #forget(tasks: readonly Task[]): Promise<void> {
    for (const { change, work } of tasks) {
      const { forget } = work;
      if (forget !== undefined)
        await this.#guard([change], () => this.#forgetSubject(forget.subject, forget.at));
    }
    const newcomers = tasks.flatMap(({ change, work: { newReporter } }) =>
      newReporter === undefined ? [] : [{ change, ...newReporter }],
    );
    await this.#guard(
      newcomers.map(({ change }) => change),
      async () => {
        const markers = await this.#writer.forgottenAt(newcomers.map(({ subject }) => subject));
        for (const { key, subject, forgotten: known } of newcomers) {
          const at = markers.get(forgottenKey(subject).pk);
          if (at !== undefined && at > known) await this.#forgetSaid(key, at);
        }
      },
    );
  }

  async #forgetSubject(subject: RungKey, at: number): Promise<void> {
    for await (const item of queryAll(this.#table, {
      KeyConditionExpression: 'pk = :subject',
      ExpressionAttributeValues: { ':subject': text(reportersOf(subject)) },
      ConsistentRead: true,
    })) {
      await this.#forgetSaid(keyIn(item), at);
    }
  }

  /** Forgets what a reporter said, and its stance, which is never there for long without it. */
  async #forgetSaid(key: TableKey, at: number): Promise<void> {
    await this.#writer.forget(key, at, this.#clock.now());
    const stance = stanceBeside(key);
    if (stance !== null) await this.#writer.forget(stance, at, this.#clock.now());
  }

  async #lift(tasks: readonly Task[]): Promise<void> {
    const lifts = new Map<RungKey, Lift[]>();
    for (const lift of tasks.flatMap(({ work }) => work.lifts ?? [])) {
      const others = lifts.get(lift.target);
      if (others === undefined) lifts.set(lift.target, [lift]);
      else others.push(lift);
    }
    const targets = [...lifts].map(([target, group]) => ({ key: tallyKey(target), group }));
    const causes = targets.flatMap(({ group }) => group.map(causeOf));
    await this.#guard(causes, async () => {
      const stateOf = await this.#writer.load(targets.map(({ key }) => key));
      await concurrently(targets, WRITES_AT_ONCE, ({ key, group }) =>
        this.#guard(group.map(causeOf), () => this.#liftOne(key, group, stateOf(key))),
      );
    });
  }

  async #liftOne(key: TableKey, lifts: readonly Lift[], read: TallyState): Promise<void> {
    if (this.#clock.isLate()) throw new Error('out of time');
    const now = this.#clock.now();
    let repeated = 0;
    await this.#writer.write(
      key,
      read,
      (from) => {
        const next = advance(from, lifts, now);
        repeated = next.repeated;
        return next.state;
      },
      now,
    );
    this.#repeated += repeated;
  }

  /** Does work for changes; they are buried when it can never be done, and come again when it cannot be done now. */
  async #guard(changes: readonly Change[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof RangeError) await this.#bury(changes, error);
      else for (const change of changes) this.#failed.push({ change, reason: error });
    }
  }

  async #bury(changes: readonly Change[], reason: unknown): Promise<void> {
    for (const change of changes) {
      try {
        await this.#burial(change, reason);
        this.#buried++;
      } catch (error) {
        this.#failed.push({ change, reason: error });
      }
    }
  }
}

/** What is buried when a lift cannot be made: its change, for that one tally. */
function causeOf({ cause, target }: Lift): Change {
  return { ...cause, only: target };
}
