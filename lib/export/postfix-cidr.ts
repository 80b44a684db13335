/**
 * cidr tables for Postfix, whose first match decides: blocks inside stand before those around them.
 *
 * `postscreen` is for postscreen_access_list, which knows permit, reject and dunno only: who is deferred goes through its
 * other tests. `access` is for check_client_access, which can defer.
 */
import { formatAddress } from '../net/address.ts';
import { firstAddress, formatPrefix } from '../net/prefix.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { printable } from '../policy/reply.ts';
import { type Format, wordwise } from './format.ts';
import type { Standing } from './ruling.ts';
import type { Said } from './walk.ts';

export const POSTFIX_TABLES = ['postscreen', 'access'] as const;
export type PostfixTable = (typeof POSTFIX_TABLES)[number];

type Word = 'permit' | 'dunno' | 'reject' | 'defer';

const WORDS: Readonly<Record<PostfixTable, Readonly<Record<Standing, Word>>>> = {
  postscreen: { allowed: 'permit', open: 'dunno', deferred: 'dunno', refused: 'reject', blocked: 'reject' },
  access: { allowed: 'permit', open: 'dunno', deferred: 'defer', refused: 'reject', blocked: 'reject' },
};

/** Characters of a reply: as in replies of the service, with room for what Postfix puts before it. */
const MAX_TEXT = 300;

export function postfixCidr(table: PostfixTable, { lookupUrl }: PolicyBook, withFaces: boolean): Format {
  const wordOf = ({ ruling }: Said): Word => (ruling === null ? 'dunno' : WORDS[table][ruling.standing]);
  return {
    ...wordwise(wordOf, 'dunno'),
    withFaces,
    head: () => [],
    line: (said) => {
      const word = wordOf(said);
      const text = table === 'access' ? replyOf(said, lookupUrl) : null;
      return `${formatPrefix(said.prefix)} ${text ?? word}`;
    },
  };
}

/** The SMTP reply of a refusal; null where there is none. */
function replyOf({ ruling, prefix }: Said, lookupUrl: string | null): string | null {
  const reply = ruling?.policy.reply ?? null;
  if (ruling === null || reply === null || ruling.standing === 'open') return null;
  const link =
    lookupUrl === null ? '' : ` - see ${lookupUrl}${encodeURIComponent(formatAddress(firstAddress(prefix)))}`;
  const start = `${reply.code} ${reply.enhanced} ${ruling.standing === 'deferred' ? 'Deferred' : 'Refused'}: `;
  return `${start}${printable(ruling.reason).slice(0, MAX_TEXT - link.length)}${link}`;
}
