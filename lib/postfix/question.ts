/**
 * What a policy request asks, in our words.
 */
import { parseAddress } from '../net/address.ts';
import type { Attributes } from './request.ts';

/** What of a client is known beside its address; as in a lookup. */
export interface ClientFacts {
  /** Whether the reverse name leads back to the address; undefined when Postfix does not say. */
  readonly fcrdns?: 'pass' | 'fail' | 'none' | undefined;
  /** The authenticated user, as it authenticated. */
  readonly account?: string | undefined;
}

export interface Question {
  /** Where in the SMTP dialogue Postfix is: `CONNECT`, `RCPT`, `END-OF-MESSAGE`, ... */
  readonly state: string;
  /** Null when Postfix does not know it. */
  readonly address: string | null;
  readonly facts: ClientFacts;
  /** Names the delivery of one message; empty when there is none. */
  readonly instance: string;
  /** Names the SMTP connection among all there are. */
  readonly session: string;
  readonly recipient: string;
  /** Recipients taken so far; Postfix says so from DATA on. */
  readonly recipientCount: number;
}

/** `fallback` names the connection where Postfix (before 3.0) does not tell the client's port. */
export function questionOf(attributes: Attributes, fallback: string): Question {
  const value = (name: string): string => attributes.get(name) ?? '';
  const address = parseAddress(value('client_address'));
  return {
    state: value('protocol_state'),
    address: address.ok ? value('client_address') : null,
    facts: {
      fcrdns: fcrdnsOf(value('client_name'), value('reverse_client_name')),
      account: accountOf(attributes),
    },
    instance: value('instance'),
    session: sessionOf(attributes, fallback),
    recipient: value('recipient'),
    recipientCount: /^\d{1,6}$/.test(value('recipient_count')) ? Number(value('recipient_count')) : 0,
  };
}

/**
 * Postfix gives a `client_name` only to a client whose reverse name leads back to it (RFC 8601 section 3), and both names
 * are `unknown` when there is no reverse name, or it was not looked for.
 */
function fcrdnsOf(name: string, reverseName: string): ClientFacts['fcrdns'] {
  if (name === '') return undefined;
  if (name !== 'unknown') return 'pass';
  return reverseName === '' || reverseName === 'unknown' ? 'none' : 'fail';
}

/** The longest mailbox name that the service takes (RFC 5321 section 4.5.3.1). */
const MAX_ACCOUNT = 320;

function accountOf(attributes: Attributes): string | undefined {
  const account = attributes.get('sasl_username') ?? '';
  return account === '' ? undefined : account.slice(0, MAX_ACCOUNT);
}

/** Both ends of a TCP connection name it among all. */
function sessionOf(attributes: Attributes, fallback: string): string {
  const [address = '', port = '', server = '', serverPort = ''] = [
    'client_address',
    'client_port',
    'server_address',
    'server_port',
  ].map((name) => attributes.get(name));
  return port === '' || port === '0'
    ? `${fallback}/${address}`
    : `${address}/${port}-${server}/${serverPort}`;
}
