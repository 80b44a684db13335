/**
 * The query of a lookup: what the mail server knows of the client at connect time.
 */
import type { AccountIdentity } from '../../accounts/account-names.ts';
import type { FactResult, SenderFacts } from '../../policy/sender-facts.ts';
import { fail, ok, type Result } from '../../result.ts';
import { MAX_NAME } from '../limits.ts';
import type { Failure } from '../problem.ts';

/** What a lookup says of the client beside its address. */
export interface ClientFacts {
  readonly facts: SenderFacts;
  readonly identity: AccountIdentity;
}

const NOTHING: ClientFacts = { facts: {}, identity: {} };
const FACTS = ['fcrdns', 'spf', 'dkim'] as const;
const NAMES = ['account', 'org'] as const;

/** The facts in a request's URL. Parameters of other names are left alone; a known one may stand there once. */
export function parseFacts(url: string): Result<ClientFacts, Failure> {
  const start = url.indexOf('?');
  if (start < 0) return ok(NOTHING);
  const query = new URLSearchParams(url.slice(start + 1));
  const facts: { -readonly [K in keyof SenderFacts]: SenderFacts[K] } = {};
  for (const name of FACTS) {
    const values = query.getAll(name);
    const [value] = values;
    if (value === undefined) continue;
    if (values.length > 1) return refuse(name, 'given more than once');
    if (!isFactResult(value)) return refuse(name, 'pass, fail or none is expected');
    facts[name] = value;
  }
  const identity: { -readonly [K in keyof AccountIdentity]: AccountIdentity[K] } = {};
  for (const name of NAMES) {
    const values = query.getAll(name);
    const [value] = values;
    if (value === undefined) continue;
    if (values.length > 1) return refuse(name, 'given more than once');
    if (value.length === 0 || value.length > MAX_NAME)
      return refuse(name, `1 to ${MAX_NAME} characters are expected`);
    identity[name] = value;
  }
  return ok({ facts, identity });
}

function refuse(name: string, why: string): Result<never, Failure> {
  return fail({ kind: 'bad-parameter', detail: `${name}: ${why}` });
}

function isFactResult(value: string): value is FactResult {
  return value === 'pass' || value === 'fail' || value === 'none';
}
