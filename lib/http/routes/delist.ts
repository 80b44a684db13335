/**
 * `POST /delist`: an administrator forgets a subject from the page.
 */
import type { Context } from 'hono';
import { formatAddress, parseAddress } from '../../net/address.ts';
import { parsePrefix } from '../../net/prefix.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { forget } from '../forget.ts';
import { describeError } from '../log.ts';
import { readForm } from '../page/form.ts';
import { PAGE_REFUSALS } from '../page/refusals.ts';
import { seeOther } from '../page/respond.ts';
import { parseReason } from '../wire/list-entry.ts';

export function delistByForm(deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const form = await readForm(c);
    if (!form.ok) return PAGE_REFUSALS.refused(form.error);
    const address = parseAddress(form.value.get('address') ?? '');
    const subject = parsePrefix(form.value.get('subject') ?? '');
    const reason = parseReason({ reason: form.value.get('reason') ?? '' });
    if (!reason.ok) return PAGE_REFUSALS.refused(reason.error);
    if (!address.ok || !subject.ok) {
      return PAGE_REFUSALS.refused({ kind: 'bad-body', detail: 'the form was not complete' });
    }
    try {
      const forgotten = await forget(subject.value, reason.value, caller, deps);
      if (!forgotten.ok) return PAGE_REFUSALS.refused(forgotten.error);
    } catch (error) {
      deps.log.error('subject-not-forgotten', { error: describeError(error) });
      return PAGE_REFUSALS.refused({ kind: 'unavailable', detail: 'the subject could not be forgotten' });
    }
    return seeOther(`/?address=${encodeURIComponent(formatAddress(address.value))}&forgotten=1`);
  };
}
