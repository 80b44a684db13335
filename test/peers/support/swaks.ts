/** Mail sent with swaks, and what the server said to it. */
import { MAIL_DOMAIN } from './postfix.ts';
import { run } from './run.ts';

export interface Delivery {
  /** Whether the message was taken. */
  readonly accepted: boolean;
  /** The last reply of the server that was no success, such as `451 4.7.1 Deferred`; null when there was none. */
  readonly refusal: string | null;
  /** The whole dialogue, as swaks prints it. */
  readonly transcript: string;
}

export interface Mail {
  /** The address to send from: one of the loopback interface. */
  readonly from: string;
  /** The server's port on ::1. */
  readonly port: number;
  readonly recipients?: readonly string[];
}

/** Sends one message. Resolves with what came of it; rejects when swaks cannot be run. */
export async function send({ from, port, recipients = [`someone@${MAIL_DOMAIN}`] }: Mail): Promise<Delivery> {
  const { code, output } = await run('swaks', [
    '-6',
    '--server',
    '::1',
    '--port',
    String(port),
    '--local-interface',
    from,
    '--ehlo',
    'client.example.org',
    '--from',
    'sender@example.org',
    '--to',
    recipients.join(','),
    '--timeout',
    '30',
  ]);
  const refusals = [...output.matchAll(/^<\*\*\s+(\d{3}[ -].*)$/gm)].map(([, reply = '']) => reply);
  return { accepted: code === 0, refusal: refusals.at(-1) ?? null, transcript: output };
}
