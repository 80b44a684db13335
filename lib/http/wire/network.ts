/**
 * The `network` object of an answer, as JSON text.
 */
import type { Allocation } from '../../allocation/allocation.ts';
import type { Network } from '../../allocation/network.ts';
import { JsonWriter, Phrase } from './json-writer.ts';

const KIND = new Phrase('{"kind":"');
const PREFIX = new Phrase('","prefix":"');
const SOURCE = new Phrase('","source":"');
const IPV4 = new Phrase('","ipv4":');
const SHARED = new Phrase(',"shared":');
const SPECIAL = new Phrase(',"special":');
const ALLOCATION = new Phrase(',"allocation":{"prefix":"');
const ORIGIN = new Phrase('","origin":"');
const END_SITE_LENGTH = new Phrase('","endSiteLength":');
const END_SITES = new Phrase(',"endSites":');
const REFERENCE = new Phrase(',"reference":');
const DATE = new Phrase(',"date":');

const writer = new JsonWriter();

export function networkText(network: Network): string {
  writeNetwork(network, writer.clear());
  return writer.finish();
}

/** JSON text of a network: `special` is there for that kind only, `allocation` unless the prefix is the default. */
export function writeNetwork(network: Network, out: JsonWriter): void {
  const { kind, prefix, source, ipv4, shared, special, allocation } = network;
  out.phrase(KIND).plain(kind).phrase(PREFIX).prefix(prefix).phrase(SOURCE).plain(source).phrase(IPV4);
  if (ipv4 === null) out.plain('null');
  else out.plain('"').address(ipv4).plain('"');
  out.phrase(SHARED).boolean(shared);
  if (kind === 'special') out.phrase(SPECIAL).string(special);
  if (allocation !== null) writeAllocation(allocation, out);
  out.plain('}');
}

function writeAllocation(allocation: Allocation, out: JsonWriter): void {
  const { prefix, origin, endSiteLength, endSites, reference, date } = allocation;
  out.phrase(ALLOCATION).prefix(prefix).phrase(ORIGIN).plain(origin);
  out.phrase(END_SITE_LENGTH).number(endSiteLength).phrase(END_SITES).number(endSites);
  out.phrase(REFERENCE).string(reference);
  out
    .phrase(DATE)
    .time(date * 1000)
    .plain('}');
}
