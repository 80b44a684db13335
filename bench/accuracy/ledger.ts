/**
 * Collects what a generator sends and turns it into traffic: time order, ids, reporters, the truth about end sites.
 */
import { type Address, formatAddress } from '../../lib/net/address.ts';
import type { Prefix } from '../../lib/net/prefix.ts';
import { Random, Zipf } from './random.ts';
import { type Label, type ReporterMode, SPAN, START, type Traffic, type TrafficEvent } from './traffic.ts';

/** One message before it has a place in the stream. */
export interface Draft {
  readonly at: number;
  readonly address: Address;
  /** The spelling the mail server logged; default canonical text. */
  readonly text?: string;
  readonly truth: Label;
  /** What the customer behind the address holds. */
  readonly site: Prefix;
  readonly group?: string;
  /** Receiving sites this sender writes to; absent: all, the big ones more often. */
  readonly audience?: readonly number[];
  /** A report that names this receiving site and this verdict, whoever the mail was for. */
  readonly claim?: { readonly reporter: number; readonly verdict: Label };
}

/** Receiving sites, by index. A tenth of them lie in the family that has liars. */
export const REPORTERS = 40;
const REPORTER_SIZES = new Zipf(REPORTERS, 1);

/** The reporter's answer to a mail it received; the honest one says the truth. */
export type Testimony = (draft: Draft, reporter: number) => Label;
const honest: Testimony = (draft) => draft.truth;

export class Ledger {
  readonly #name: string;
  readonly #seed: number;
  readonly #drafts: Draft[] = [];
  readonly #published: string[] = [];

  constructor(name: string, seed: number) {
    this.#name = name;
    this.#seed = seed;
  }

  /** What would be sent after the 30 days is not sent. */
  send(draft: Draft): void {
    if (draft.at < START + SPAN) this.#drafts.push(draft);
  }

  /** The holder of the block publishes that each end site in it has a prefix of that length (RFC 9977). */
  publish(block: string, length: number): void {
    this.#published.push(`${block},${length},`);
  }

  traffic(mode: ReporterMode, testimony: Testimony = honest): Traffic {
    const random = new Random(this.#seed, `${this.#name}/reporters`);
    const sites = new Map<string, Prefix>();
    const inOrder = this.#drafts.map((draft, index) => ({ draft, index }));
    inOrder.sort((a, b) => a.draft.at - b.draft.at || a.index - b.index);
    const events = inOrder.map(({ draft }, index) => {
      const event = eventOf(`${this.#name}-${index}`, draft, mode, testimony, random);
      sites.set(formatAddress(draft.address), draft.site);
      return event;
    });
    return {
      name: this.#name,
      events,
      published: this.#published.length === 0 ? '' : `${this.#published.join('\n')}\n`,
      endSiteOf(address) {
        const site = sites.get(formatAddress(address));
        if (site === undefined) throw new Error(`${formatAddress(address)} sent nothing`);
        return site;
      },
    };
  }
}

/** `least` to `most` receiving sites, the big ones more likely: whom a small sender writes to. */
export function audienceOf(random: Random, most: number, least = 1): number[] {
  const sites = new Set<number>();
  const wanted = random.int(least, most);
  while (sites.size < wanted) sites.add(REPORTER_SIZES.draw(random));
  return [...sites];
}

function eventOf(
  id: string,
  draft: Draft,
  mode: ReporterMode,
  testimony: Testimony,
  random: Random,
): TrafficEvent {
  const reporter =
    draft.claim?.reporter ?? (draft.audience ? random.pick(draft.audience) : REPORTER_SIZES.draw(random));
  const verdict = draft.claim?.verdict ?? (mode === 'crowd' ? testimony(draft, reporter) : draft.truth);
  return {
    id,
    at: draft.at,
    address: draft.text ?? formatAddress(draft.address),
    verdict,
    ...(verdict === draft.truth ? {} : { truth: draft.truth }),
    ...(mode === 'crowd' ? { reporter: `site-${reporter}` } : {}),
    ...(draft.group === undefined ? {} : { group: draft.group }),
  };
}
