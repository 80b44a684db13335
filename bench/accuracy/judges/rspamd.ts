/**
 * The formula of Rspamd's reputation module (reputation.lua): an average of message scores that fades with time alone.
 *
 * `alpha = 1 - exp(-elapsed / 30 days)`, `value = alpha * score + (1 - alpha) * value`; the first message sets it. From
 * ten messages on, `symbol = tanh(value / 15 * 1.83178 - 0.5493)`, 15 being the score that rejects. IPv4 is kept per
 * address, IPv6 per /64; entries unused for ten days expire. Its other components (ASN, country) need data outside the
 * stream. Scores of a message: 15 for spam, -2 for ham. The symbol only adds to a message's score; as a rule of its own
 * it defers from 0 and refuses from 0.7 on (an average of about 11.6).
 */
import { DAY } from '../traffic.ts';
import type { Judge, MakeJudge } from './judge.ts';
import { fixedKey } from './key.ts';

const SPAM_SCORE = 15;
const HAM_SCORE = -2;
const REJECT_SCORE = 15;
const WINDOW = 30 * DAY;
const EXPIRY = 10 * DAY;
const LEAST_MESSAGES = 10;
const DEFER_FROM = 0;
const REFUSE_FROM = 0.7;

interface Entry {
  readonly value: number;
  readonly messages: number;
  readonly updated: number;
}

export const rspamd: MakeJudge = () => rspamdJudge();

export function rspamdJudge(): Judge {
  const entries = new Map<string, Entry>();
  return {
    name: 'rspamd',
    answer(event) {
      const symbol = symbolOf(alive(entries.get(keyOf(event.address)), event.at));
      const spam = (1 + symbol) / 2;
      if (symbol >= REFUSE_FROM) return { spam, action: 'reject', class: 'bad' };
      return { spam, action: symbol > DEFER_FROM ? 'tempfail' : 'accept', class: 'unknown' };
    },
    learn(event, now) {
      const key = keyOf(event.address);
      const score = event.verdict === 'spam' ? SPAM_SCORE : HAM_SCORE;
      entries.set(key, averaged(alive(entries.get(key), now), score, now));
    },
  };
}

/** One more message in the average. */
export function averaged(entry: Entry | undefined, score: number, now: number): Entry {
  if (entry === undefined) return { value: score, messages: 1, updated: now };
  const alpha = 1 - Math.exp(-(now - entry.updated) / WINDOW);
  return { value: alpha * score + (1 - alpha) * entry.value, messages: entry.messages + 1, updated: now };
}

/** -1 (good) to 1 (bad); 0 while there are too few messages. */
export function symbolOf(entry: Entry | undefined): number {
  if (entry === undefined || entry.messages < LEAST_MESSAGES) return 0;
  return Math.tanh((entry.value / REJECT_SCORE) * 1.83178 - 0.5493);
}

function alive(entry: Entry | undefined, now: number): Entry | undefined {
  return entry !== undefined && now - entry.updated < EXPIRY ? entry : undefined;
}

function keyOf(address: string): string {
  return fixedKey(address, { 4: 32, 6: 64 });
}
