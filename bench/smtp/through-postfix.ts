/**
 * Sessions with a real Postfix (Debian package `postfix`) that asks at RCPT: one installation, a port for each policy service
 * and one for none. XCLIENT tells it what address the client is to have, a new one each time.
 */
import { spawnSync } from 'node:child_process';
import { freePort } from '../../test/peers/support/loopback.ts';
import { type MailServer, startPostfix } from '../../test/peers/support/postfix.ts';
import { smtpClient } from '../../test/peers/support/smtp.ts';
import type { Way } from './race.ts';

/** A port of Postfix, and the policy service it asks; null for none. */
export interface Door {
  readonly name: string;
  readonly place: string | null;
}

export interface PostfixDoors {
  readonly ways: readonly Way[];
  stop(): Promise<void>;
}

/** Why Postfix cannot be run here; null when it can. */
export function lackOfPostfix(): string | null {
  if (spawnSync('postconf', ['mail_version']).error !== undefined) return 'postfix is not installed';
  return process.getuid?.() === 0 ? null : 'postfix can be started by root only';
}

export async function openDoors(
  doors: readonly Door[],
  addressOf: (door: number, i: number) => string,
): Promise<PostfixDoors> {
  const ports: number[] = [];
  for (const _ of doors) ports.push(await freePort());
  const restrictions = doors.map(({ place }) =>
    place === null
      ? 'reject_unauth_destination'
      : `reject_unauth_destination, check_policy_service { ${place}, timeout=10s, default_action=DUNNO }`,
  );
  const parameters = Object.fromEntries(restrictions.map((text, at) => [`door_${at}`, text]));
  const smtpd = ports.map(
    (port, at) => `[::]:${port} inet n - n - - smtpd -o smtpd_recipient_restrictions=$door_${at}`,
  );
  const server: MailServer = await startPostfix(
    // Sessions end before they bring a message; it would wait a second for messages to leave before it takes more.
    { ...parameters, smtpd_authorized_xclient_hosts: '[::1]', in_flow_delay: '0' },
    { front: (port) => [`[::]:${port} inet n - n - - smtpd`, ...smtpd].join('\n') },
  );
  const ways = doors.map(({ name }, door): Way => {
    const port = ports[door] ?? 0;
    return { name, act: (i) => session(port, addressOf(door, i)) };
  });
  return { ways, stop: () => server.stop() };
}

/** From the connection to the reply to RCPT. */
async function session(port: number, address: string): Promise<void> {
  const client = await smtpClient('::1', port);
  const lines = [
    `XCLIENT ADDR=IPV6:${address}`,
    'EHLO client.example.org',
    'MAIL FROM:<sender@example.org>',
    'RCPT TO:<someone@example.net>',
  ];
  for (const line of lines) {
    const reply = await client.say(line);
    if (reply === null || !reply.startsWith('2')) throw new Error(`Postfix to ${line}: ${reply}`);
  }
  client.close();
}
