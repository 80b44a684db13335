/**
 * The requests of each script, endless and without a pattern a cache could learn.
 */
import { Random } from '../accuracy/random.ts';
import { Popularity } from '../world/popularity.ts';
import type { Senders } from '../world/senders.ts';
import type { Script } from './messages.ts';
import { CROWDSEC_KEY } from './rivals/crowdsec.ts';

/** Lookups or verdicts in one request of a script. */
export const ITEMS: Readonly<Record<Script, number>> = {
  repeating: 1,
  new: 1,
  busiest: 1,
  strangers: 1,
  bulk: 1000,
  verdict: 1,
  verdicts: 1000,
  iprepd: 1,
  crowdsec: 1,
};

/** So many of a million send half of all mail. */
const BUSIEST = 1000;

/**
 * Makes requests for the scripts. Script `new` walks through all senders, once for each server: none is asked about a sender
 * again before it was asked about all.
 */
export class Requests {
  readonly #senders: Senders;
  readonly #random = new Random(20_263, 'requests');
  readonly #popularity: Popularity;
  readonly #order: Uint32Array;
  readonly #run: string;
  /** How many each server was asked about by script `new`. */
  readonly #asked = new Map<number, number>();
  #verdicts = 0;

  /** `run` keeps the ids of verdicts apart from those of earlier runs. */
  constructor(senders: Senders, run: string) {
    this.#senders = senders;
    this.#run = run;
    this.#popularity = new Popularity(senders.count);
    this.#order = shuffled(senders.count, this.#random);
  }

  /** The next one for the server at a port. */
  next(script: Script, port: number): string {
    switch (script) {
      case 'repeating':
        return get(`/v1/lookup/${this.someone()}`);
      case 'iprepd':
        return get(`/type/ip/${this.someone()}`);
      case 'crowdsec':
        return get(`/v1/decisions?ip=${this.someone()}`, `X-Api-Key: ${CROWDSEC_KEY}\r\n`);
      case 'new':
        return get(`/v1/lookup/${this.#unasked(port)}`);
      case 'busiest':
        return get(`/v1/lookup/${this.#senders.textOf(this.#random.int(0, BUSIEST - 1), this.#random)}`);
      case 'strangers':
        return get(`/v1/lookup/${this.#senders.strangerText(this.#random)}`);
      case 'bulk':
        return post('/v1/lookup', { addresses: Array.from({ length: ITEMS.bulk }, () => this.someone()) });
      case 'verdict':
        return post('/v1/verdicts', this.verdict());
      case 'verdicts':
        return post('/v1/verdicts', {
          verdicts: Array.from({ length: ITEMS.verdicts }, () => this.verdict()),
        });
    }
  }

  /** A sender as often as it comes in real mail. */
  someone(): string {
    return this.#senders.textOf(this.#popularity.draw(this.#random), this.#random);
  }

  #unasked(port: number): string {
    const asked = this.#asked.get(port) ?? 0;
    this.#asked.set(port, asked + 1);
    const sender = this.#order[asked % this.#order.length] ?? 0;
    return this.#senders.textOf(sender, this.#random);
  }

  verdict(): object {
    const sender = this.#popularity.draw(this.#random);
    return {
      id: `${this.#run}-${this.#verdicts++}`,
      address: this.#senders.textOf(sender, this.#random),
      verdict: this.#senders.sendsSpam(sender, this.#random) ? 'spam' : 'ham',
    };
  }
}

function get(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`;
}

function post(path: string, body: object): string {
  const text = JSON.stringify(body);
  return (
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${text.length}\r\n\r\n${text}`
  );
}

function shuffled(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(0, i);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
