import type { PlacedClaim } from '../../lib/report/report.ts';
import { Random } from '../accuracy/random.ts';
import { Popularity } from '../world/popularity.ts';
import type { Senders } from '../world/senders.ts';

/** Claims about senders as often as they come in real mail, each with an id of its own. */
export class ClaimSource {
  readonly #senders: Senders;
  readonly #popularity: Popularity;
  readonly #random = new Random(20_269, 'intake');
  #given = 0;

  constructor(senders: Senders) {
    this.#senders = senders;
    this.#popularity = new Popularity(senders.count);
  }

  take(count: number): PlacedClaim[] {
    return Array.from({ length: count }, (_, index) => {
      const sender = this.#popularity.draw(this.#random);
      const spam = this.#senders.sendsSpam(sender, this.#random);
      const address = this.#senders.addressOf(sender, this.#random);
      const id = `v${this.#given++}`;
      return { index, claim: { id, address, verdict: spam ? 'spam' : 'ham', at: Date.now(), count: 1 } };
    });
  }
}
