/**
 * `GET /?address=`: everything that is known of an address, on one page.
 */
import type { LookupAnswer } from '../../lookup/answer.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { ServiceClass, Thresholds } from '../../policy/policy-book.ts';
import type { Day } from '../wire/days.ts';
import type { ClientFacts } from '../wire/facts.ts';
import { AccountView } from './account-view.tsx';
import { AnatomyView } from './anatomy-view.tsx';
import { DelistForm } from './delist-form.tsx';
import { renderDocument } from './document.tsx';
import { FactsForm } from './facts-form.tsx';
import { HistoryView } from './history-view.tsx';
import { LadderView } from './ladder-view.tsx';
import { NetworkView } from './network-view.tsx';
import { LimitsView, ReplyView } from './policy-view.tsx';
import { ReportForm } from './report-form.tsx';
import { VerdictView } from './verdict-view.tsx';
import { CLASSES, KINDS } from './words.ts';

export interface LookupPageProps {
  readonly version: string;
  readonly answer: LookupAnswer;
  /** What was said of the client beside its address. */
  readonly client: ClientFacts;
  readonly thresholds: Thresholds;
  /** Null when the history could not be read. */
  readonly days: readonly Day[] | null;
  /** A fresh id for the report form; null when this caller may not report. */
  readonly reportId: string | null;
  /** Whether this caller may forget what is known. */
  readonly mayForget: boolean;
  readonly signedIn: boolean;
  /** The class before a report that was just taken. */
  readonly reportedFrom: ServiceClass | null;
  /** Whether what was known was just forgotten. */
  readonly forgotten: boolean;
}

export function renderLookupPage(props: LookupPageProps): string {
  const address = formatAddress(props.answer.network.address);
  const [name] = CLASSES[props.answer.policy.class];
  return renderDocument({
    title: `${address}: ${name} · Prefixwise`,
    version: props.version,
    sought: address,
    signedIn: props.signedIn,
    children: <LookupPage {...props} />,
  });
}

function LookupPage(props: LookupPageProps) {
  const { answer, client, thresholds, days, reportId, reportedFrom, mayForget, forgotten } = props;
  const { network, policy, reputation } = answer;
  const address = formatAddress(network.address);
  const [kind, meaning] = KINDS[network.kind];
  return (
    <>
      {reportedFrom === null ? null : <Notice before={reportedFrom} now={policy.class} />}
      {forgotten ? <Forgotten /> : null}
      <header class="subject">
        <p class="eyebrow">{kind}</p>
        <h1>{address}</h1>
        <p class="lead">{meaning}</p>
      </header>
      <VerdictView answer={answer} />
      <AnatomyView network={network} />
      <div class="columns">
        <div class="column">
          {reputation === null ? null : <LadderView reputation={reputation} thresholds={thresholds} />}
          {days === null || network.subject === null ? null : <HistoryView days={days} />}
          {reputation === null ? <LimitsView policy={policy} /> : null}
          <FactsForm address={address} client={client} />
        </div>
        <div class="column aside">
          {answer.account === undefined ? null : <AccountView account={answer.account} />}
          <NetworkView network={network} />
          <ReplyView policy={policy} />
          {reputation === null ? null : <LimitsView policy={policy} />}
          {reportId === null || network.subject === null ? null : (
            <ReportForm address={address} id={reportId} />
          )}
          {mayForget && network.subject !== null ? (
            <DelistForm address={address} subject={formatPrefix(network.subject)} />
          ) : null}
          <ForPrograms address={address} />
        </div>
      </div>
    </>
  );
}

function Notice({ before, now }: { readonly before: ServiceClass; readonly now: ServiceClass }) {
  const change =
    before === now
      ? `The class is ${CLASSES[now][0].toLowerCase()}, as before.`
      : `The class was ${CLASSES[before][0].toLowerCase()} and is now ${CLASSES[now][0].toLowerCase()}.`;
  return (
    <p class="notice" role="status" id="notice" tabindex={-1}>
      <b>Your report was taken.</b> {change}
    </p>
  );
}

function Forgotten() {
  return (
    <p class="notice" role="status" id="notice" tabindex={-1}>
      <b>What was known is forgotten.</b> Verdicts from now on count anew.
    </p>
  );
}

function ForPrograms({ address }: { readonly address: string }) {
  return (
    <section class="programs" aria-labelledby="programs-title">
      <h2 id="programs-title">For programs</h2>
      <ul>
        <li>
          <a href={`/v1/lookup/${address}`}>This answer as JSON</a>
        </li>
        <li>
          <a href={`/v1/history/${address}`}>Its history as JSON</a>
        </li>
        <li>
          <a href={`/repute/email-id/${address}`}>What is asserted of it, as reputons</a>
        </li>
      </ul>
    </section>
  );
}
