/**
 * `npm run bench:smtp`: what asking adds to an SMTP connection, in milliseconds: by the client library, in the policy
 * protocol of Postfix, and through Postfix itself; each beside the least that asking anybody costs. The service is a process
 * of its own, on a store of 100,000 senders; those that ask are strangers to it. What is measured is the wait of the mail
 * server.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openClient } from '../../lib/client/client.ts';
import { overHttp } from '../../lib/postfix/over-http.ts';
import { Policy } from '../../lib/postfix/policy.ts';
import { startPolicyServer } from '../../lib/postfix/server.ts';
import { type PolicyClient, policyClient } from '../../test/support/policy-client.ts';
import { policyRequest } from '../../test/support/policy-request.ts';
import { startService } from '../../test/support/service.ts';
import { startBare } from '../http/field.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { Senders } from '../world/senders.ts';
import { scratchCopy, storeOf } from '../world/store.ts';
import { startDunno } from './dunno.ts';
import { race, type Waits, type Way, waitsTable } from './race.ts';
import { lackOfPostfix, openDoors } from './through-postfix.ts';

const SENDERS = 100_000;
const BUDGET_MS = 5000;

const { rounds, calls, json } = new Command('bench:smtp')
  .option('--rounds <count>', 'rounds, each with a slice for everybody', Number, 5)
  .option('--calls <count>', 'connections in a slice', Number, 400)
  .option('--json <file>', 'write every round to a file')
  .parse()
  .opts<{ rounds: number; calls: number; json?: string }>();

const machine = thisMachine();
console.log(describeMachine(machine));
const { folder, remove } = scratchCopy(await storeOf(new Senders(SENDERS)));
const sockets = mkdtempSync(join(tmpdir(), 'prefixwise-smtp-'));
// Postfix connects as its own user.
chmodSync(sockets, 0o755);
const place = `unix:${join(sockets, 'policy')}`;
const service = await startService(folder, {
  POSTFIX_LISTEN: place,
  LOG_REQUESTS: 'off',
  LOOKUP_BUDGET_MS: String(BUDGET_MS),
});
const opened = openClient({ url: service.url, budgetMs: BUDGET_MS });
if (!opened.ok) throw new Error(opened.error);
const client = opened.value;
const dunno = await startDunno();
const beside = await startPolicyServer({
  place: { kind: 'inet', host: '127.0.0.1', port: 0 },
  policy: new Policy(overHttp(client), 'dunno'),
  budgetMs: BUDGET_MS,
  serverName: 'bench',
  log: (event, fields) => console.error(event, fields),
});
const policyServices = [
  { name: 'a policy service that says DUNNO', place: dunno.place },
  { name: 'the service itself', place },
  { name: 'our policy service beside it', place: beside.place },
];
const groups = [await byLibrary(), ...(await inTheProtocol()), ...(await throughPostfix())];
await beside.close(BUDGET_MS);
dunno.stop();
await service.stop();
remove();
rmSync(sockets, { recursive: true });
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, groups })}\n`);

async function byLibrary(): Promise<object> {
  const one = await (await fetch(`${service.url}/v1/lookup/${strangerOf(0, 0)}`)).text();
  const bare = await startBare({ one, many: '[]' });
  const ways = [
    {
      name: 'fetch of the same bytes from bare Hono',
      act: async () => (await fetch(`http://127.0.0.1:${bare.port}/v1/lookup/::1`)).json(),
    },
    { name: 'the client, prefix not seen before', act: (i: number) => client.lookup(strangerOf(1, i)) },
    { name: 'the client, prefix cached', act: () => client.lookup(strangerOf(1, 0)) },
  ];
  const group = await measure('a lookup by the client library', ways);
  await bare.stop();
  return group;
}

async function inTheProtocol(): Promise<object[]> {
  const clients = await Promise.all(policyServices.map((way) => policyClient(way.place)));
  const waysAt = (states: readonly string[], series: number): Way[] =>
    policyServices.map(({ name }, at) => ({ name, act: messageFrom(clients[at], states, series + at) }));
  const groups = [
    await measure('Postfix’s question at EHLO: the lookup', waysAt(['EHLO'], 0x10)),
    await measure(
      'at RCPT and END-OF-MESSAGE: the lookup, and both counted',
      waysAt(['RCPT', 'END-OF-MESSAGE'], 0x20),
    ),
  ];
  for (const each of clients) each.socket.destroy();
  return groups;
}

async function throughPostfix(): Promise<object[]> {
  const lack = lackOfPostfix();
  if (lack !== null) {
    console.log(`\n${lack}: no session through it is measured`);
    return [];
  }
  const doors = [{ name: 'Postfix alone', place: null }, ...policyServices];
  const postfix = await openDoors(doors, (door, i) => strangerOf(0x30 + door, i));
  try {
    return [await measure('a session through Postfix, to the reply to RCPT', postfix.ways)];
  } finally {
    await postfix.stop();
  }
}

async function measure(name: string, ways: readonly Way[]): Promise<{ name: string; ways: Waits[] }> {
  const waits = await race(name, ways, { rounds, calls });
  console.log(`\n${waitsTable(name, waits)}`);
  return { name, ways: waits };
}

/** The requests of one connection, each with the state it is sent at. */
function messageFrom(
  asking: PolicyClient | undefined,
  states: readonly string[],
  series: number,
): Way['act'] {
  return async (i) => {
    const of = {
      client_address: strangerOf(series, i),
      client_port: String(1024 + (i % 60_000)),
      instance: `${series}.${i}`,
    };
    for (const state of states) {
      const [action] = (await asking?.ask(policyRequest({ ...of, protocol_state: state }))) ?? [];
      if (action === undefined) throw new Error('a policy service closed its connection');
    }
  };
}

/** An address in a /64 of its own. */
function strangerOf(series: number, i: number): string {
  return `2a00:${series.toString(16)}:${i.toString(16)}::25`;
}
