/**
 * SMTP replies: a code, an enhanced code and a short text with a link (RFC 5321 section 4.2, RFC 3463, RFC 5248).
 */
import type { Network } from '../allocation/network.ts';
import { formatAddress } from '../net/address.ts';
import type { Action } from './policy-book.ts';

export interface SmtpReply {
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
}

/**
 * RFC 5321 section 4.5.3.1.5 allows 512 octets a reply line with its code; mail servers put words of their own before
 * ours.
 */
const MAX_TEXT = 300;

/**
 * The reply for an action, null when there is nothing to say. A throttled client gets it when it reaches a limit.
 * 554 5.7.1 is a policy refusal at connect time, 451 4.7.1 its temporary sister, 421 4.7.0 closes the channel for now.
 */
export function replyFor(
  action: Action,
  reason: string,
  network: Network,
  lookupUrl: string | null,
): SmtpReply | null {
  switch (action) {
    case 'accept':
      return null;
    case 'throttle':
      return {
        code: 421,
        enhanced: '4.7.0',
        text: compose('Limit reached, try again later: ', reason, network, lookupUrl),
      };
    case 'tempfail':
      return { code: 451, enhanced: '4.7.1', text: compose('Deferred: ', reason, network, lookupUrl) };
    case 'reject':
      return { code: 554, enhanced: '5.7.1', text: compose('Refused: ', reason, network, lookupUrl) };
  }
}

function compose(start: string, reason: string, network: Network, lookupUrl: string | null): string {
  const link =
    lookupUrl === null ? '' : ` - see ${lookupUrl}${encodeURIComponent(formatAddress(network.address))}`;
  const room = Math.max(0, MAX_TEXT - start.length - link.length);
  return printable(start + reason.slice(0, room)) + link;
}

/** Reasons may quote an operator's list entry: nothing but printable ASCII may reach an SMTP line. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?');
}
