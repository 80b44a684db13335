/**
 * What is known of the account that sends, where one was named: it is judged beside the prefix.
 */
import { type AccountReputation, rungAt } from '../../reputation/account.ts';
import { between, percent, plural, weight } from './words.ts';

const RUNGS = { account: 'The account itself', org: 'Its organisation' } as const;

/** Null stands for an account whose evidence could not be read. */
export function AccountView({ account }: { readonly account: AccountReputation | null }) {
  return (
    <section class="account" aria-labelledby="account-title">
      <h2 id="account-title">The account it is sent by</h2>
      {account === null ? (
        <p class="quiet">Nothing could be read of it.</p>
      ) : (
        <>
          <p>
            <b>{percent(account.spam)}</b> likely unwanted,{' '}
            <span class="quiet">{between(account.interval)}</span>
          </p>
          <dl>
            {Array.from(account.evidence, ({ observations }, level) => (
              <div>
                <dt>{RUNGS[rungAt(level)]}</dt>
                <dd>{observations === 0 ? 'no report' : `${weight(observations)} weighted reports`}</dd>
              </div>
            ))}
            <div>
              <dt>Reported by</dt>
              <dd>{plural(account.reporters, 'reporter', 'reporters')}</dd>
            </div>
          </dl>
        </>
      )}
    </section>
  );
}
