/**
 * What each `Feedback-Type` says about the mail.
 *
 * | Feedback-Type | verdict | why |
 * |---|---|---|
 * | `abuse` | spam | unsolicited mail or the like (RFC 5965 section 7.3) |
 * | `fraud` | fraud | fraud or phishing (RFC 5965 section 7.3) |
 * | `virus` | malware | a virus was found in the message (RFC 5965 section 7.3) |
 * | `not-spam` | ham | the reader took it out of the spam folder (RFC 6430 section 2) |
 * | `auth-failure` | auth-failure | a signature or an SPF check failed (RFC 6591): weak, forwarding causes it as well |
 * | `opt-out`, `opt-out-list` | none | drafts of RFC 5965 had them: a wish to leave a list, not a complaint |
 * | `other` and every other word | abusive | some complaint; a type that is not known is no ground to refuse a report (RFC 6650) and counts as `other` |
 */
import type { Verdict } from '../reputation/verdict.ts';

const VERDICTS: ReadonlyMap<string, Verdict | null> = new Map<string, Verdict | null>([
  ['abuse', 'spam'],
  ['fraud', 'fraud'],
  ['virus', 'malware'],
  ['not-spam', 'ham'],
  ['auth-failure', 'auth-failure'],
  ['opt-out', null],
  ['opt-out-list', null],
]);

/** The verdict of a Feedback-Type in any case; null when it is no complaint. */
export function verdictOfType(type: string): Verdict | null {
  const verdict = VERDICTS.get(type.trim().toLowerCase());
  return verdict === undefined ? 'abusive' : verdict;
}
