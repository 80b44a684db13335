/**
 * Actions in answer to a policy request (access(5)), and how they are written.
 */
import type { SmtpReply } from '../policy/reply.ts';

/** An action, as it stands after `action=`. */
export type Action = string;

/** No objection: what comes after decides. `OK` would skip every later restriction. */
export const DUNNO: Action = 'DUNNO';

/** The name of the header that tells what was found; X, as it is nobody's but ours. */
const HEADER = 'X-Prefixwise';

/** Refuses with a reply of the policy. Postfix closes the connection after a 421. */
export function replyAction({ code, enhanced, text }: SmtpReply): Action {
  return printable(`${code} ${enhanced} ${text}`);
}

/** Adds a header that tells what was found; not an objection either. */
export function headerAction(found: {
  class: string;
  action: string;
  prefix: string;
  spam: number | null;
}): Action {
  const spam = found.spam === null ? 'none' : found.spam.toFixed(3);
  return printable(
    `PREPEND ${HEADER}: class=${found.class}; action=${found.action}; prefix=${found.prefix}; spam=${spam}`,
  );
}

/** The answer to one request, as bytes of the connection. */
export function encodeAnswer(action: Action): string {
  return `action=${action}\n\n`;
}

/** Nothing that could end the line, or not be part of an SMTP reply or a header. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?');
}
