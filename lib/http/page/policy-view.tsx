/**
 * What follows for the sender: its limits, and the reply it sees.
 */
import type { Policy } from '../../policy/decide.ts';
import { limitRows } from './words.ts';

export function LimitsView({ policy }: { readonly policy: Policy }) {
  return (
    <section class="limits" aria-labelledby="limits-title">
      <h2 id="limits-title">Limits that follow</h2>
      <dl>
        {limitRows(policy.limits).map(([label, value]) => (
          <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function ReplyView({ policy }: { readonly policy: Policy }) {
  const { reply, action } = policy;
  return (
    <section class="reply" aria-labelledby="reply-title">
      <h2 id="reply-title">What the sender sees</h2>
      {reply === null ? (
        <p class="quiet">Nothing: the mail is taken.</p>
      ) : (
        <>
          <pre>
            <b>
              {reply.code} {reply.enhanced}
            </b>{' '}
            {reply.text}
          </pre>
          {action === 'throttle' ? <p class="quiet">Only once it reaches one of the limits.</p> : null}
        </>
      )}
    </section>
  );
}
