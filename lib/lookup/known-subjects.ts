/**
 * Subjects asked about lately, with what was concluded of them. Few senders send most mail, and between two of their
 * messages mostly nothing was said of them or of their neighbours: then the conclusion still holds, but for a decay that
 * no digit of an answer shows.
 */
import { LRUCache } from 'lru-cache';
import { Doorkeeper } from '../doorkeeper.ts';
import type { Prefix } from '../net/prefix.ts';
import { type RungKey, rungKey } from '../reputation/rung.ts';
import { KnownSubject, type Subjects } from './known-subject.ts';

/** Each takes some 5 kB, with the text of its reputation. */
const MAX_SUBJECTS = 16_384;
export class KnownSubjects implements Subjects {
  readonly #subjects = new LRUCache<RungKey, KnownSubject>({ max: MAX_SUBJECTS });
  readonly #doorkeeper = new Doorkeeper();

  of(subject: Prefix): KnownSubject {
    const key = rungKey(subject);
    const known = this.#subjects.get(key);
    if (known !== undefined) return known;
    const lasting = this.#doorkeeper.knows(key);
    const fresh = new KnownSubject(subject, key, lasting);
    if (lasting) this.#subjects.set(key, fresh);
    return fresh;
  }
}
