/**
 * Quotas the slow, obvious way: every event that was let in is kept, and every question is answered from that history.
 */
import type { LimitName, QuotaLimits, TrafficEvent } from '../../lib/quota/counters.ts';
import { LEASE_MS } from '../../lib/quota/sessions.ts';

interface Past {
  readonly event: TrafficEvent;
  readonly at: number;
}

const MINUTE = 60_000;

/** One sender under limits that never change; time must not go backwards. */
export class SlowQuota {
  readonly #limits: QuotaLimits;
  readonly #let: Past[] = [];
  #nameless = 0;

  constructor(limits: QuotaLimits) {
    this.#limits = limits;
  }

  /** The limits that stand in the way of an event; none lets it in. */
  take(event: TrafficEvent, at: number): readonly LimitName[] {
    const named =
      event.session === '' && event.kind === 'connect' ? `nameless ${this.#nameless++}` : event.session;
    const taken = { ...event, session: named };
    const failing = this.#failing(taken, at);
    const isSeated = !failing.includes('concurrentConnections');
    if (failing.length === 0 || (event.kind === 'error' && isSeated && event.session !== '')) {
      this.#let.push({ event: taken, at });
    }
    return failing;
  }

  #failing(event: TrafficEvent, at: number): readonly LimitName[] {
    const { kind, count, session } = event;
    const failing: LimitName[] = [];
    const check = (name: LimitName, used: number): void => {
      if (used > this.#limits[name]) failing.push(name);
    };
    if (kind === 'disconnect') return failing;
    const open = this.#open(at);
    if (session !== '' && !open.has(session)) check('concurrentConnections', open.size + 1);
    else if (kind === 'connect') check('concurrentConnections', open.size);
    const own = session === '' ? [] : this.#inSession(session, at);
    const sum = (of: string, events: readonly TrafficEvent[]): number =>
      events.filter((past) => past.kind === of).reduce((total, past) => total + past.count, 0);
    if (kind === 'connect') return failing;
    check('errorsPerConnection', sum('error', own) + (kind === 'error' ? count : 0));
    if (kind === 'message') {
      check('messagesPerConnection', sum('message', own) + count);
      check('messagesPerMinute', this.#level('message', 'messagesPerMinute', MINUTE, at) + count);
      check('messagesPerHour', this.#level('message', 'messagesPerHour', 60 * MINUTE, at) + count);
    }
    if (kind === 'recipient') {
      const started = own.findLastIndex((past) => past.kind === 'message');
      check('recipientsPerMessage', sum('recipient', own.slice(started + 1)) + count);
      check('recipientsPerMinute', this.#level('recipient', 'recipientsPerMinute', MINUTE, at) + count);
      check('recipientsPerHour', this.#level('recipient', 'recipientsPerHour', 60 * MINUTE, at) + count);
    }
    return failing;
  }

  /** A bucket that every event fills and that leaks `limit` a period. */
  #level(kind: string, limit: LimitName, period: number, at: number): number {
    let level = 0;
    let last = 0;
    for (const past of this.#let) {
      if (past.event.kind !== kind) continue;
      level = Math.max(0, level - ((past.at - last) * this.#limits[limit]) / period) + past.event.count;
      last = past.at;
    }
    return Math.max(0, level - ((at - last) * this.#limits[limit]) / period);
  }

  /** The sessions open at a time, with when something last happened in each. */
  #open(at: number): ReadonlyMap<string, number> {
    const open = new Map<string, number>();
    for (const { event, at: then } of this.#let) {
      for (const [name, last] of open) if (last + LEASE_MS <= then) open.delete(name);
      if (event.kind === 'disconnect') open.delete(this.#named(event.session, open));
      else if (event.session !== '') open.set(event.session, then);
    }
    for (const [name, last] of open) if (last + LEASE_MS <= at) open.delete(name);
    return open;
  }

  /** The nameless session that was silent longest, for who names none. */
  #named(session: string, open: ReadonlyMap<string, number>): string {
    if (session !== '') return session;
    return [...open.keys()].find((name) => name.startsWith('nameless')) ?? '';
  }

  /** What happened in the session since it was last opened. */
  #inSession(session: string, at: number): readonly TrafficEvent[] {
    let own: TrafficEvent[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (const past of [...this.#let, { event: null, at }]) {
      if (past.event !== null && past.event.session !== session) continue;
      if (last + LEASE_MS <= past.at || past.event?.kind === 'disconnect') own = [];
      if (past.event !== null && past.event.kind !== 'disconnect') own.push(past.event);
      last = past.at;
    }
    return own;
  }
}
