/**
 * Forgetting a subject, for delisting and erasure: what the API and the page do alike.
 */
import type { AccountIdentity } from '../accounts/account-names.ts';
import type { Allocations } from '../allocation/allocation.ts';
import { networkRead } from '../allocation/network.ts';
import { bitsOf } from '../net/address.ts';
import { equalPrefix, firstAddress, formatPrefix, type Prefix } from '../net/prefix.ts';
import { rungKey } from '../reputation/rung.ts';
import { isEmpty } from '../reputation/tally.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Caller } from './caller.ts';
import type { AppDeps } from './deps.ts';
import type { Failure } from './problem.ts';

/**
 * Forgets what is known of a block, with a reason for the audit record. Not found when nothing was known, which is in the
 * record as well; refused for a block that is wider than a subject. Rejects when the store fails.
 */
export async function forget(
  prefix: Prefix,
  reason: string,
  { reporter }: Caller,
  { store, allocations, clock }: AppDeps,
): Promise<Result<null, Failure>> {
  const subject = await subjectOf(prefix, allocations);
  const target = formatPrefix(subject);
  const [tally] = await store.readTallies([rungKey(subject)]);
  if (tally !== undefined && !isEmpty(tally) && tally.lastSeen === 0) return widerBlock(target);
  const act = { at: clock(), actor: reporter.id, act: 'reputation.forget', target };
  const found = await store.forget(rungKey(subject), { ...act, reason, detail: null });
  return found ? ok(null) : fail({ kind: 'not-found', detail: `prefix: nothing is known of ${target}` });
}

/**
 * Forgets what is known of an account. The audit record names it by the hash it was kept under: its name is what is to be
 * forgotten. Not found when nothing was known; rejects when the store fails.
 */
export async function forgetAccount(
  identity: AccountIdentity,
  reason: string,
  { reporter }: Caller,
  { store, accountRung, clock }: AppDeps,
): Promise<Result<null, Failure>> {
  const subject = accountRung(identity);
  if (subject === undefined)
    return fail({ kind: 'bad-parameter', detail: 'account: it must say whose reputation to forget' });
  const target = `account ${Buffer.from(subject, 'latin1').toString('base64url')}`;
  const act = { at: clock(), actor: reporter.id, act: 'reputation.forget', target };
  const found = await store.forget(subject, { ...act, reason, detail: null });
  return found ? ok(null) : fail({ kind: 'not-found', detail: 'account: nothing is known of it' });
}

/**
 * Where verdicts about the block are kept: for the prefix of an end site, and for a single address, the subject that a
 * lookup names; any other block is taken as it is, since it may have been a subject under other allocations.
 */
async function subjectOf(prefix: Prefix, allocations: Allocations): Promise<Prefix> {
  const network = await networkRead(firstAddress(prefix), allocations);
  const isSite = equalPrefix(network.prefix, prefix) || prefix.length === bitsOf(prefix.family);
  return isSite && network.subject !== null ? network.subject : prefix;
}

function widerBlock(target: string): Result<never, Failure> {
  const detail = `prefix: ${target} is a wider block; forget the subjects in it, which /v1/children lists`;
  return fail({ kind: 'bad-parameter', detail });
}
