/**
 * `GET /?address=`: the lookup page, and `POST /report`: its form. Both work without script.
 */
import type { Context } from 'hono';
import type { LookupAnswer } from '../../lookup/answer.ts';
import { type LookupSources, lookup } from '../../lookup/lookup.ts';
import { type Address, formatAddress, parseAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { SERVICE_CLASSES, type ServiceClass } from '../../policy/policy-book.ts';
import { report } from '../../report/report.ts';
import { rungKey } from '../../reputation/rung.ts';
import { VERDICTS, type Verdict } from '../../reputation/verdict.ts';
import { packageVersion } from '../../version.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { MAX_HISTORY_DAYS } from '../limits.ts';
import { describeError } from '../log.ts';
import { readAsked } from '../page/asked.ts';
import { readForm } from '../page/form.ts';
import { renderLookupPage } from '../page/lookup-page.tsx';
import { renderProblemPage } from '../page/problem-page.tsx';
import { pageResponse, seeOther } from '../page/respond.ts';
import { renderStartPage } from '../page/start-page.tsx';
import { PROBLEM_TYPES } from '../problem.ts';
import { factsOf } from '../signals/request-facts.ts';
import { type Day, daysOf } from '../wire/days.ts';
import { parseFacts } from '../wire/facts.ts';

const version = packageVersion();

export function page(sources: LookupSources, deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const query = given(new URL(c.req.url).searchParams);
    const typed = query.get('address');
    const signedIn = caller.kind === 'key';
    if (typed === null) return pageResponse(renderStartPage({ version, sought: '', signedIn }));
    const asked = readAsked(typed);
    if (!asked.ok) {
      const sought = typed.slice(0, 200);
      return pageResponse(renderStartPage({ version, sought, error: asked.error, signedIn }), 400);
    }
    if (asked.value.kind === 'block') return seeOther(`/map/${formatPrefix(asked.value.prefix)}`);
    const client = parseFacts(`?${query}`);
    if (!client.ok) return refused('This cannot be asked', client.error.detail, 400);
    const { facts, identity } = client.value;
    const now = deps.clock();
    const { address } = asked.value;
    const answer = await lookup({ address, facts, account: deps.accountRung(identity) }, sources, now);
    factsOf(c)?.lookedUp(answer);
    const html = renderLookupPage({
      version,
      answer,
      client: client.value,
      thresholds: deps.book.thresholds,
      days: await historyOf(answer, deps, now),
      reportId: caller.scopes.has('report') ? deps.newId() : null,
      mayForget: caller.scopes.has('admin'),
      signedIn,
      reportedFrom: classIn(query.get('reported-from')),
      forgotten: query.has('forgotten'),
    });
    return pageResponse(html);
  };
}

/** Takes the report of the form and sends the browser back to the page, where the new answer stands. */
export function reportByForm(sources: LookupSources, deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const fields = await readForm(c);
    if (!fields.ok)
      return refused('Not reported', fields.error.detail, PROBLEM_TYPES[fields.error.kind].status);
    const form = reportIn(fields.value);
    if (form === null)
      return refused('Not reported', 'The form was not complete. Nothing was reported.', 400);
    return await takeReport(form, caller, sources, deps);
  };
}

interface ReportedForm {
  readonly address: Address;
  readonly verdict: Verdict;
  readonly id: string;
}

function reportIn(fields: URLSearchParams): ReportedForm | null {
  const address = parseAddress(fields.get('address') ?? '');
  const verdict = VERDICTS.find((known) => known === fields.get('verdict'));
  const id = fields.get('id') ?? '';
  if (!address.ok || verdict === undefined || !/^[\w-]{1,64}$/.test(id)) return null;
  return { address: address.value, verdict, id };
}

async function takeReport(
  { address, verdict, id }: ReportedForm,
  { reporter }: Caller,
  sources: LookupSources,
  deps: AppDeps,
): Promise<Response> {
  const now = deps.clock();
  const back = `/?address=${encodeURIComponent(formatAddress(address))}`;
  const before = await lookup({ address, facts: {} }, sources, now);
  const claim = { id: `page-${id}`, address, verdict, at: now, count: 1 };
  try {
    const { refusals } = await report([{ index: 0, claim }], reporter, deps, now);
    if (refusals[0] !== undefined) return refused('Not reported', `${refusals[0].detail}.`, 422, back);
  } catch (error) {
    deps.log.error('report-not-stored', { error: describeError(error) });
    return refused('Not reported', 'The report could not be stored. Try again in a few seconds.', 503, back);
  }
  return seeOther(`${back}&reported-from=${before.policy.class}`);
}

async function historyOf(
  { network: { subject }, degraded }: LookupAnswer,
  { store, log }: AppDeps,
  now: number,
): Promise<readonly Day[] | null> {
  if (subject === null || degraded) return null;
  try {
    const [tally] = await store.readTallies([rungKey(subject)]);
    return tally === undefined ? null : daysOf(tally, MAX_HISTORY_DAYS, now);
  } catch (error) {
    log.error('history-read-failed', { error: describeError(error) });
    return null;
  }
}

/** The parameters that were filled in: a form sends the empty ones too. */
function given(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query].filter(([, value]) => value !== ''));
}

function classIn(text: string | null): ServiceClass | null {
  return SERVICE_CLASSES.find((known) => known === text) ?? null;
}

function refused(title: string, text: string, status: number, back = '/'): Response {
  return pageResponse(renderProblemPage({ version, title, text, back }), status);
}
