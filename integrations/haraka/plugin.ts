/**
 * The Haraka plugin: its hooks, from `connect` to `data_post`.
 *
 * Nothing here refuses mail by mistake: without an answer from the service mail goes on (unless `on_trouble` says otherwise),
 * and so it does when this plugin itself fails.
 */
import { type Client, type Lookup, openClient } from '../../lib/client/client.ts';
import type { Trouble } from '../../lib/client/trouble.ts';
import { fcrdnsOf, spfOf, verdictOf } from './findings.ts';
import {
  type Connection,
  DENY,
  DENYDISCONNECT,
  DENYSOFT,
  DENYSOFTDISCONNECT,
  DSN,
  type HarakaPlugin,
  type Next,
  type Transaction,
} from './haraka.ts';
import { type Refusal, Session } from './session.ts';
import { BOOLEANS, type PluginSettings, readSettings } from './settings.ts';

interface Running {
  readonly client: Client;
  readonly settings: PluginSettings;
  readonly sessions: WeakMap<Connection, Session>;
}

/** Hooks with their methods and priorities: what other plugins find out comes first, where we use it. */
const HOOKS = [
  ['connect', 'on_connect', 0],
  ['capabilities', 'on_capabilities', 0],
  ['helo', 'on_greeting', 0],
  ['ehlo', 'on_greeting', 0],
  ['mail', 'on_mail', 10],
  ['rcpt', 'on_rcpt', 0],
  ['data', 'on_greeting', 0],
  ['data_post', 'on_data_post', 100],
  ['unrecognized_command', 'on_unrecognized_command', 0],
  ['deny', 'on_deny', 0],
  ['disconnect', 'on_disconnect', 0],
] as const;

const HEADER = 'X-Prefixwise';
/** Milliseconds between two lines about trouble: a service that is away must not fill the log. */
const TROUBLE_EVERY_MS = 10_000;

let running: Running | null = null;

/** Called by Haraka when it starts; settings that cannot be used stop it, with one sentence that says why. */
export function register(this: HarakaPlugin): void {
  const ini = this.config.get('prefixwise.ini', { booleans: BOOLEANS });
  const settings = readSettings(ini.main);
  if (!settings.ok) throw new Error(`prefixwise.ini: ${settings.error}`);
  const client = openClient({ ...settings.value.client, log: logSeldom(this) });
  if (!client.ok) throw new Error(`prefixwise.ini: ${client.error}`);
  running = { client: client.value, settings: settings.value, sessions: new WeakMap() };
  for (const [hook, method, priority] of HOOKS) this.register_hook(hook, method, priority);
}

/** Called by Haraka when it ends: sends the verdicts that wait. */
export async function shutdown(): Promise<void> {
  await running?.client.close();
}

export function on_connect(this: HarakaPlugin, next: Next, connection: Connection): void {
  const { client, settings, sessions } = started();
  // XCLIENT and PROXY start a connection anew, with another address.
  void sessions.get(connection)?.end();
  const session = new Session(connection.remote.ip, connection.uuid, client, settings);
  sessions.set(connection, session);
  decide(this, next, connection, async () => {
    const refusal = await session.connect({ fcrdns: fcrdnsOf(connection.results) });
    note(this, connection, session);
    return refusal;
  });
}

export function on_capabilities(this: HarakaPlugin, next: Next, connection: Connection): void {
  const { settings, sessions } = started();
  const limits = sessions.get(connection)?.lookup?.limits;
  if (settings.enforce && limits?.pipelining === false) {
    connection.capabilities = connection.capabilities?.filter((name) => name !== 'PIPELINING') ?? null;
  }
  next();
}

/** Commands that are only slowed down. */
export function on_greeting(this: HarakaPlugin, next: Next, connection: Connection): void {
  decide(this, next, connection, () => Promise.resolve(null));
}

export function on_mail(this: HarakaPlugin, next: Next, connection: Connection): void {
  const session = started().sessions.get(connection);
  const { transaction, notes } = connection;
  const spf = transaction === null ? undefined : spfOf(transaction.results);
  decide(this, next, connection, async () => {
    const refusal = await session?.message({ account: notes.auth_user, spf });
    if (session !== undefined) note(this, connection, session);
    return refusal ?? null;
  });
}

export function on_rcpt(this: HarakaPlugin, next: Next, connection: Connection): void {
  const session = started().sessions.get(connection);
  decide(this, next, connection, async () => (await session?.recipient()) ?? null);
}

export function on_data_post(this: HarakaPlugin, next: Next, connection: Connection): void {
  const { settings, sessions } = started();
  const lookup = sessions.get(connection)?.lookup;
  const { transaction } = connection;
  if (transaction !== null) {
    if (settings.header) transaction.remove_header(HEADER);
    if (settings.header && lookup) transaction.add_header(HEADER, headerOf(lookup));
    report(connection, transaction);
  }
  decide(this, next, connection, () => Promise.resolve(null));
}

export function on_unrecognized_command(this: HarakaPlugin, next: Next, connection: Connection): void {
  void started().sessions.get(connection)?.error();
  next();
}

/** Another plugin refuses: a content filter the message, which is worth a report, or a command, which is an error. */
export function on_deny(
  this: HarakaPlugin,
  next: Next,
  connection: Connection,
  [, , plugin, , , hook]: readonly unknown[],
): void {
  if (plugin !== 'prefixwise') {
    if (hook === 'data_post' && connection.transaction !== null) report(connection, connection.transaction);
    else void started().sessions.get(connection)?.error();
  }
  next();
}

export function on_disconnect(this: HarakaPlugin, next: Next, connection: Connection): void {
  void started().sessions.get(connection)?.end();
  next();
}

function started(): Running {
  if (running === null) throw new Error('a hook ran before the plugin was registered');
  return running;
}

/** Answers the client as `rule` says, after the wait of its class. */
function decide(
  plugin: HarakaPlugin,
  next: Next,
  connection: Connection,
  rule: () => Promise<Refusal | null>,
): void {
  const { settings, sessions } = started();
  const answer = (refusal: Refusal | null): void => {
    if (refusal === null) next();
    else
      next(
        decisionOf(refusal),
        new DSN(refusal.reply.code, `${refusal.reply.enhanced} ${refusal.reply.text}`),
      );
  };
  rule().then(
    (refusal) => {
      if (refusal !== null) noteRefusal(plugin, connection, refusal, settings.enforce);
      if (!settings.enforce) return answer(null);
      const seconds = Math.min(settings.tarpitSeconds, sessions.get(connection)?.tarpitSeconds ?? 0);
      if (seconds === 0) answer(refusal);
      else setTimeout(answer, seconds * 1000, refusal);
    },
    (error: unknown) => {
      plugin.logerror(`mail goes on without a ruling: ${String(error)}`);
      next();
    },
  );
}

function decisionOf({ reply, closes }: Refusal): number {
  if (reply.code >= 500) return closes ? DENYDISCONNECT : DENY;
  return closes ? DENYSOFTDISCONNECT : DENYSOFT;
}

/** What is known of the client, for other plugins and for the log. */
function note(plugin: HarakaPlugin, { results }: Connection, { lookup }: Session): void {
  if (lookup === null) return;
  const { class: serviceClass, action, reason, origin, answer } = lookup;
  const { network, reputation } = answer ?? {};
  results.add(plugin, {
    class: serviceClass,
    action,
    reason,
    origin,
    prefix: network?.prefix,
    spam: reputation?.spam,
    ...(lookup.trouble === null ? {} : { err: lookup.trouble.detail }),
    emit: true,
  });
}

function noteRefusal(
  plugin: HarakaPlugin,
  { results }: Connection,
  { reply }: Refusal,
  isEnforced: boolean,
): void {
  const text = `${reply.code} ${reply.enhanced} ${reply.text}`;
  results.add(plugin, isEnforced ? { fail: text } : { msg: `would have said: ${text}` });
}

function headerOf({ class: serviceClass, origin, answer }: Lookup): string {
  const { network, reputation } = answer ?? {};
  const parts = [`class=${serviceClass}`, `origin=${origin}`];
  if (network !== undefined) parts.push(`prefix=${network.prefix}`);
  if (reputation) parts.push(`spam=${reputation.spam}`);
  return parts.join('; ');
}

function report({ remote, notes }: Connection, { uuid, results }: Transaction): void {
  const { client, settings } = started();
  const verdict = settings.report ? verdictOf(results) : null;
  if (verdict === null) return;
  client.report({ address: remote.ip, verdict, id: uuid, account: notes.auth_user });
}

function logSeldom(plugin: HarakaPlugin): (trouble: Trouble) => void {
  let quietUntil = 0;
  let unsaid = 0;
  return ({ kind, detail }) => {
    if (Date.now() < quietUntil) {
      unsaid++;
      return;
    }
    plugin.logwarn(`${kind}: ${detail}${unsaid === 0 ? '' : ` (and ${unsaid} more)`}`);
    quietUntil = Date.now() + TROUBLE_EVERY_MS;
    unsaid = 0;
  };
}
