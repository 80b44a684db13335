/**
 * The rule of iprepd (mozilla-services): a score of 100 falls by a penalty per violation and climbs back linearly.
 *
 * On a violation the climb since the last one is booked first; entries expire 14 days after they were written; good
 * mail leaves no trace. IPv6 is kept per /64 (its default `ip6prefix`), mapped addresses are unwrapped. Penalty, floor
 * and climb are the operator's to set: here 25 points a spam down to 0, and 1 point an hour.
 */
import { DAY, HOUR } from '../traffic.ts';
import type { Judge, MakeJudge } from './judge.ts';
import { fixedKey } from './key.ts';

const PENALTY = 25;
const DECREASE_LIMIT = 0;
const POINTS_PER_INTERVAL = 1;
const INTERVAL = HOUR;
const EXPIRY = 14 * DAY;
/** Below it a client refuses: two spams in quick succession are borne, the third refuses. */
const REFUSE_BELOW = 50;
/** At it a client defers: after two spams. */
const DEFER_BELOW = 75;

interface Entry {
  readonly reputation: number;
  readonly updated: number;
}

export const iprepd: MakeJudge = () => iprepdJudge();

export function iprepdJudge(): Judge {
  const entries = new Map<string, Entry>();
  return {
    name: 'iprepd',
    answer(event) {
      const reputation = recovered(entries.get(keyOf(event.address)), event.at);
      const spam = 1 - reputation / 100;
      if (reputation < REFUSE_BELOW) return { spam, action: 'reject', class: 'bad' };
      return { spam, action: reputation < DEFER_BELOW ? 'tempfail' : 'accept', class: 'unknown' };
    },
    learn(event, now) {
      if (event.verdict === 'ham') return;
      const key = keyOf(event.address);
      const reputation = Math.max(DECREASE_LIMIT, recovered(entries.get(key), now) - PENALTY);
      entries.set(key, { reputation, updated: now });
    },
  };
}

/** 100 for the unknown and the expired; else the stored score plus the points of every whole interval since. */
export function recovered(entry: Entry | undefined, now: number): number {
  if (entry === undefined || now - entry.updated >= EXPIRY) return 100;
  const intervals = Math.floor((now - entry.updated) / INTERVAL);
  return Math.min(100, entry.reputation + POINTS_PER_INTERVAL * intervals);
}

function keyOf(address: string): string {
  return fixedKey(address, { 4: 32, 6: 64 });
}
