/**
 * A policy service in the same process as the reputation service: no network between them.
 */
import type { AccountRung } from '../accounts/account-names.ts';
import { type AdmissionAnswer, type AdmissionSources, admit } from '../admission/admission.ts';
import type { Told } from '../lookup/answer.ts';
import { lookup, type Question } from '../lookup/lookup.ts';
import { parseAddress } from '../net/address.ts';
import { formatPrefix } from '../net/prefix.ts';
import type { PolicyBackend } from './backend.ts';
import type { ClientFacts } from './question.ts';

/** Told of what is answered, for the metrics. */
export interface AnswerCounter {
  lookedUp(answer: Told): void;
  admitted(answer: AdmissionAnswer): void;
}

export interface InProcessOptions {
  readonly sources: AdmissionSources;
  readonly accountRung: AccountRung;
  readonly clock: () => number;
  readonly counter: AnswerCounter;
}

export function inProcess({ sources, accountRung, clock, counter }: InProcessOptions): PolicyBackend {
  const asked = (text: string, { fcrdns, account }: ClientFacts): Question | null => {
    const address = parseAddress(text);
    return address.ok
      ? { address: address.value, facts: { fcrdns }, account: accountRung({ account }) }
      : null;
  };
  return {
    lookup: async (address, facts) => {
      const question = asked(address, facts);
      if (question === null) return null;
      const answer = await lookup(question, sources, clock());
      counter.lookedUp(answer);
      const { policy, network, reputation, degraded, listing } = answer;
      if (degraded && listing === null) return null;
      const { class: serviceClass, action, reply } = policy;
      return {
        class: serviceClass,
        action,
        reply,
        prefix: formatPrefix(network.prefix),
        spam: reputation?.spam ?? null,
      };
    },
    admit: async ({ address, facts, event, count, session }) => {
      const question = asked(address, facts);
      if (question === null) return null;
      const answer = await admit({ question, event, count, session }, sources, clock());
      counter.admitted(answer);
      if (answer.decision === 'allow') return answer.degraded ? null : 'allow';
      return answer.reply;
    },
  };
}
