/**
 * SMTP replies: a code, an enhanced code and a short text with a link (RFC 5321 section 4.2, RFC 3463, RFC 5248).
 */
import type { Network } from '../allocation/network.ts';
import { formatAddress } from '../net/address.ts';
import type { LimitName } from '../quota/counters.ts';
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
const LIMIT_REACHED = 'Limit reached, try again later: ';

/**
 * The reply for an action, null when there is nothing to say. A throttled client gets it when it reaches a limit.
 * 554 5.7.1 is a policy refusal at connect time, 451 4.7.1 its temporary sister, 421 4.7.0 closes the channel for now.
 * `isOurs` says that the reason is known to be printable ASCII: to look for what is not costs more than all the rest.
 */
export function replyFor(
  action: Action,
  reason: string,
  network: Network,
  lookupUrl: string | null,
  isOurs = false,
): SmtpReply | null {
  switch (action) {
    case 'accept':
      return null;
    case 'throttle':
      return {
        code: 421,
        enhanced: '4.7.0',
        text: compose(LIMIT_REACHED, reason, network, lookupUrl, isOurs),
      };
    case 'tempfail':
      return {
        code: 451,
        enhanced: '4.7.1',
        text: compose('Deferred: ', reason, network, lookupUrl, isOurs),
      };
    case 'reject':
      return { code: 554, enhanced: '5.7.1', text: compose('Refused: ', reason, network, lookupUrl, isOurs) };
  }
}

/** How a limit is put into words, and the codes for it. */
const LIMIT_REPLIES: Readonly<Record<LimitName, { code: number; enhanced: string; what: string }>> = {
  concurrentConnections: { code: 421, enhanced: '4.7.0', what: 'connections at the same time' },
  messagesPerConnection: { code: 421, enhanced: '4.7.0', what: 'messages over one connection' },
  errorsPerConnection: { code: 421, enhanced: '4.7.0', what: 'errors over one connection' },
  // The recipients before are still served, the client sends the others again (RFC 5321 section 4.5.3.1.10).
  recipientsPerMessage: { code: 452, enhanced: '4.5.3', what: 'recipients of one message' },
  recipientsPerMinute: { code: 452, enhanced: '4.5.3', what: 'recipients a minute' },
  recipientsPerHour: { code: 452, enhanced: '4.5.3', what: 'recipients an hour' },
  messagesPerMinute: { code: 451, enhanced: '4.7.1', what: 'messages a minute' },
  messagesPerHour: { code: 451, enhanced: '4.7.1', what: 'messages an hour' },
};

/** The reply to a client that reached a limit; `whose` names who shares it, e.g. a prefix. */
export function limitReply(
  limit: LimitName,
  value: number,
  whose: string,
  network: Network,
  lookupUrl: string | null,
): SmtpReply {
  const { code, enhanced, what } = LIMIT_REPLIES[limit];
  return {
    code,
    enhanced,
    text: compose(LIMIT_REACHED, `at most ${value} ${what} from ${whose}`, network, lookupUrl, false),
  };
}

function compose(
  start: string,
  reason: string,
  network: Network,
  lookupUrl: string | null,
  isOurs: boolean,
): string {
  const link =
    lookupUrl === null ? '' : ` - see ${lookupUrl}${encodeURIComponent(formatAddress(network.address))}`;
  const room = Math.max(0, MAX_TEXT - start.length - link.length);
  const said = start + reason.slice(0, room);
  return (isOurs ? said : printable(said)) + link;
}

/** Text fit for an SMTP line: reasons may quote an operator's list entry, and nothing but printable ASCII may get there. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?');
}
