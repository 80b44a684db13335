/**
 * What each category and type of XARF v4 says about mail from the source.
 *
 * Categories outside `messaging` do not speak of mail. Those that show the machine in somebody else's hands count, since
 * such machines send the bulk of unwanted mail; those that only say where something is stored count as one plain report;
 * those whose source can be forged, or that repeat what others concluded, count for nothing.
 *
 * | category / type | verdict |
 * |---|---|
 * | messaging / spam, seen by `spamtrap` or `honeypot` | trap: nobody there ever asked for mail |
 * | messaging / spam | spam |
 * | messaging / bulk_messaging ("legitimate but unwanted") | abusive |
 * | messaging over anything but SMTP | none: not mail |
 * | connection / infected_host with `bot_type` malicious, unknown or none; infrastructure / botnet, compromised_server | malware |
 * | connection / login_attack, sql_injection, vulnerability_scan | abusive: a connection was made from there |
 * | content / phishing, fraud, malware, remote_compromise | abusive: kept on that machine, not mailed by it |
 * | connection / ddos, port_scan, reconnaissance, scraping | none: forged as a rule, or no attack |
 * | reputation / * | none: another list's conclusion; import the list instead |
 * | vulnerability / *, copyright / *, everything else | none |
 */
import type { Verdict } from '../reputation/verdict.ts';

/** The members of a report that decide. */
export interface XarfKind {
  readonly category: string;
  readonly type: string;
  readonly protocol?: string | undefined;
  readonly evidence_source?: string | undefined;
  readonly bot_type?: string | undefined;
}

const VERDICTS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['messaging/spam', 'spam'],
  ['messaging/bulk_messaging', 'abusive'],
  ['connection/infected_host', 'malware'],
  ['connection/login_attack', 'abusive'],
  ['connection/sql_injection', 'abusive'],
  ['connection/vulnerability_scan', 'abusive'],
  ['infrastructure/botnet', 'malware'],
  ['infrastructure/compromised_server', 'malware'],
  ['content/phishing', 'abusive'],
  ['content/fraud', 'abusive'],
  ['content/malware', 'abusive'],
  ['content/remote_compromise', 'abusive'],
]);

const TRAPS: ReadonlySet<string | undefined> = new Set(['spamtrap', 'honeypot']);
const HOSTILE_BOTS: ReadonlySet<string | undefined> = new Set(['malicious', 'unknown', undefined]);

/** The verdict, or null when the report is no evidence about mail from its source. */
export function verdictOfXarf(kind: XarfKind): Verdict | null {
  const { category, type, protocol, evidence_source, bot_type } = kind;
  if (category === 'messaging' && protocol !== 'smtp') return null;
  if (type === 'infected_host' && !HOSTILE_BOTS.has(bot_type)) return null;
  const verdict = VERDICTS.get(`${category}/${type}`) ?? null;
  return verdict === 'spam' && TRAPS.has(evidence_source) ? 'trap' : verdict;
}
