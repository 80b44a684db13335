/**
 * `npm run bench:smtp`: what asking adds to an SMTP connection, in milliseconds: a lookup of the client library, and the
 * policy requests of Postfix for a message with one recipient, each way there is to answer them. The service is a process
 * of its own; what is measured is the wait of the mail server.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../../lib/client/client.ts';
import { overHttp } from '../../lib/postfix/over-http.ts';
import { Policy } from '../../lib/postfix/policy.ts';
import { startPolicyServer } from '../../lib/postfix/server.ts';
import { type PolicyClient, policyClient } from '../../test/support/policy-client.ts';
import { policyRequest } from '../../test/support/policy-request.ts';
import { startService } from '../../test/support/service.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable } from '../measure/print.ts';
import { spreadOf } from '../measure/statistics.ts';

const CONNECTIONS = 2000;
const BUDGET_MS = 5000;

/** An address in a /64 of its own. */
const strangerOf = (series: number, i: number): string => `2a00:${series.toString(16)}:${i.toString(16)}::25`;

async function timesOf(act: (i: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  // A first tenth warms both processes up and is not counted.
  for (let i = -CONNECTIONS / 10; i < CONNECTIONS; i++) {
    const start = performance.now();
    await act(i + CONNECTIONS);
    if (i >= 0) times.push(performance.now() - start);
  }
  return times;
}

/** The requests of one connection, each with the state it is sent at. */
function messageFrom(client: PolicyClient, states: readonly string[], series: number) {
  return async (i: number): Promise<void> => {
    const of = {
      client_address: strangerOf(series, i),
      client_port: String(1024 + i),
      instance: `${series}.${i}`,
    };
    for (const state of states) await client.ask(policyRequest({ ...of, protocol_state: state }));
  };
}

console.log(describeMachine(thisMachine()));
const folder = mkdtempSync(join(tmpdir(), 'prefixwise-bench-'));
const place = `unix:${join(folder, 'policy')}`;
const service = await startService(folder, {
  POSTFIX_LISTEN: place,
  LOG_REQUESTS: 'off',
  LOOKUP_BUDGET_MS: String(BUDGET_MS),
});
const opened = openClient({ url: service.url, budgetMs: BUDGET_MS });
if (!opened.ok) throw new Error(opened.error);
const client = opened.value;
const beside = await startPolicyServer({
  place: { kind: 'inet', host: '127.0.0.1', port: 0 },
  policy: new Policy(overHttp(client), 'dunno'),
  budgetMs: BUDGET_MS,
  serverName: 'bench',
  log: (event, fields) => console.error(event, fields),
});
const [inProcess, overTcp] = [await policyClient(place), await policyClient(beside.place)];
const rows: readonly (readonly [string, (i: number) => Promise<unknown>])[] = [
  ['lookup by the client, prefix not seen before', (i) => client.lookup(strangerOf(1, i))],
  ['lookup by the client, prefix cached', () => client.lookup(strangerOf(1, CONNECTIONS))],
  ['Postfix at EHLO, in one process: the lookup', messageFrom(inProcess, ['EHLO'], 2)],
  [
    '  RCPT and END-OF-MESSAGE: the lookup, and both counted',
    messageFrom(inProcess, ['RCPT', 'END-OF-MESSAGE'], 3),
  ],
  ['Postfix at EHLO, policy service beside it: the lookup', messageFrom(overTcp, ['EHLO'], 4)],
  [
    '  RCPT and END-OF-MESSAGE: the lookup, and both counted',
    messageFrom(overTcp, ['RCPT', 'END-OF-MESSAGE'], 5),
  ],
];
const measured: string[][] = [];
for (const [name, act] of rows) {
  const times = (await timesOf(act)).sort((a, b) => a - b);
  const p99 = times[Math.floor(times.length * 0.99)] ?? Number.NaN;
  measured.push([name, ...[spreadOf(times).median, p99].map(decimals(3))]);
}
console.log(plainTable(['milliseconds', 'median', '99 %'], measured));
for (const { socket } of [inProcess, overTcp]) socket.destroy();
await beside.close(BUDGET_MS);
await service.stop();
rmSync(folder, { recursive: true });
