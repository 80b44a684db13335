/**
 * A policy service beside its mail server, and the reputation service elsewhere: over the client, with its cache.
 */
import type { Client } from '../client/client.ts';
import type { PolicyBackend } from './backend.ts';

export function overHttp(client: Client): PolicyBackend {
  return {
    lookup: async (address, facts) => {
      const { class: serviceClass, action, reply, answer } = await client.lookup(address, facts);
      if (answer === null || (answer.degraded && answer.listing === null)) return null;
      const { network, reputation } = answer;
      return { class: serviceClass, action, reply, prefix: network.prefix, spam: reputation?.spam ?? null };
    },
    admit: async (event) => {
      const { decision, reply, limit, origin } = await client.admit(event);
      if (origin === 'none') return null;
      // Without a limit an event is allowed only because its counters did not come in time.
      if (decision === 'allow') return limit === null ? null : 'allow';
      return reply;
    },
  };
}
