/**
 * The answer at a glance: the class, what to do, how sure, and why.
 */
import type { LookupAnswer } from '../../lookup/answer.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { ServiceClass } from '../../policy/policy-book.ts';
import { formatTime } from '../wire/time.ts';
import { ACTIONS, between, CLASSES, instant, percent } from './words.ts';

export function VerdictView({ answer }: { readonly answer: LookupAnswer }) {
  const { policy, reputation, account, network, expires, degraded, listing } = answer;
  const [name, meaning] = CLASSES[policy.class];
  return (
    <section class={`verdict class-${policy.class}`} aria-labelledby="verdict-title">
      <div class="verdict-class">
        <ClassMark of={policy.class} />
        <h2 id="verdict-title">
          {name}
          <small>{meaning}</small>
        </h2>
      </div>
      <div class="verdict-why">
        <p class="action">{ACTIONS[policy.action]}</p>
        <p>{sentence(policy.reason)}</p>
        {listing === null ? null : (
          <p class="quiet">
            This was decided by the {listing.list} list
            {listing.expires === null ? '' : `, until ${instant(listing.expires)}`}.
          </p>
        )}
        {degraded ? <p class="quiet">The store did not answer in time. Try again in a few seconds.</p> : null}
        <p class="quiet">
          {account === undefined ? (
            <>
              Holds for all of <code>{formatPrefix(network.prefix)}</code> until{' '}
              <time datetime={formatTime(expires)}>{instant(expires)}</time>.
            </>
          ) : (
            'Holds for this account, now.'
          )}
        </p>
      </div>
      {reputation === null ? null : (
        <div class="verdict-odds">
          <p>
            <b>{percent(reputation.spam)}</b>
            <span>
              likely unwanted
              <br />
              <span class="quiet">{between(reputation.interval)}</span>
            </span>
          </p>
          <Gauge spam={reputation.spam} interval={reputation.interval} />
        </div>
      )}
    </section>
  );
}

/** A class never shows by its colour alone: each has a sign of its own. */
export function ClassMark({ of }: { readonly of: ServiceClass }) {
  return (
    <svg class="class-mark" viewBox="0 0 24 24" width="40" height="40" aria-hidden="true">
      <circle cx="12" cy="12" r="11" />
      <path d={SIGNS[of]} />
    </svg>
  );
}

const SIGNS: Readonly<Record<ServiceClass, string>> = {
  good: 'M7 12.5l3.4 3.4L17 9',
  mixed: 'M6.5 13.5c1.8-3.4 3.7-3.4 5.5-1s3.7 2.400 5.5-1',
  bad: 'M8 8l8 8M16 8l-8 8',
  unknown: 'M9 9.500c0-4 6-4 6 0 0 2.300-3 2.300-3 4.500M12 17.200v.1',
  local: 'M6.500 12L12 7l5.500 5M8.500 11v6h7v-6',
};

function Gauge({ spam, interval }: { readonly spam: number; readonly interval: readonly [number, number] }) {
  return (
    <svg class="gauge" width="100%" height="14" aria-hidden="true">
      <rect class="track" x="0" y="5" width="100%" height="4" rx="2" />
      <rect class="range" x={at(interval[0])} y="3" width={at(interval[1] - interval[0])} height="8" rx="4" />
      <circle class="point" cx={at(spam)} cy="7" r="5" />
    </svg>
  );
}

function at(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

/** As a sentence; one that starts with an address keeps it as it is spelt. */
function sentence(text: string): string {
  const start = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() : text.charAt(0);
  return `${start}${text.slice(1)}.`;
}
