/**
 * Names of accounts and organisations as keyed hashes: what is stored can be recognised, and not be turned back into a
 * mailbox. A plain hash could be, by trying all likely names.
 *
 * An account is known inside its organisation: `anna` of one tenant is not `anna` of another. Verdicts and lookups must
 * therefore name the same pair, in the same spelling.
 */
import { createHmac } from 'node:crypto';
import { NAME_BYTES, namedKey, type RungKey } from '../reputation/rung.ts';

/** Who sends, as the mail server knows it: the authenticated user, its parent, or both. */
export interface AccountIdentity {
  readonly account?: string | undefined;
  readonly org?: string | undefined;
}

/** The rung of an identity; undefined when it names neither. */
export type AccountRung = (identity: AccountIdentity) => RungKey | undefined;

/** Rungs under a secret: under another one the same names have other rungs. */
export function accountRungs(secret: string): AccountRung {
  const hash = (...parts: readonly string[]): string =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest().toString('latin1', 0, NAME_BYTES);
  return ({ account, org }) => {
    if (org === undefined)
      return account === undefined ? undefined : namedKey('account', hash('account', account));
    // What names an organisation alone is a member without a name: its volume says no more than any one account's.
    return namedKey('member', hash('org', org), hash('member', org, account ?? ''));
  };
}
