/** The hooks of the Haraka plugin on a connection made up for it: waits, and what happens when it is told to refuse nobody. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Connection, DENYSOFT, type HarakaPlugin, type Next } from '../../integrations/haraka/haraka.ts';
import { on_capabilities, on_connect, on_mail, register } from '../../integrations/haraka/plugin.ts';
import { answering } from '../support/asking.ts';

const HOST = '2d00:db8:0:100::25';
let url = '';

/** Every client is to be deferred, and to wait two seconds (see `answering`). */
const service = createServer(async (_request, response) => {
  const reply = { code: 451, enhanced: '4.7.1', text: 'Deferred' };
  const whole: { policy: object } = JSON.parse(await answering('2d00:db8:0:100::/56', 60).text());
  const policy = { ...whole.policy, class: 'bad', action: 'tempfail', reply };
  response.setHeader('cache-control', 'max-age=60');
  response.end(JSON.stringify({ ...whole, policy }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = service.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  service.closeAllConnections();
  service.close();
});

/** Registers the plugin with the given settings, and lets a client connect. */
async function connected(settings: object) {
  const results = { add: vi.fn(), get: () => undefined };
  const plugin: HarakaPlugin = {
    config: { get: () => ({ main: { url, budget_ms: 5000, limits: false, ...settings } }) },
    register_hook: vi.fn(),
    loginfo: vi.fn(),
    logwarn: vi.fn(),
    logerror: vi.fn(),
  };
  const connection: Connection = {
    uuid: 'c1',
    remote: { ip: HOST },
    notes: {},
    results,
    transaction: null,
    capabilities: ['mx.example.net', 'PIPELINING', '8BITMIME'],
  };
  register.call(plugin);
  const run = (hook: (this: HarakaPlugin, next: Next, connection: Connection) => void) =>
    new Promise<Parameters<Next>>((resolve) =>
      hook.call(plugin, (...decision) => resolve(decision), connection),
    );
  await run(on_connect);
  return { run, connection, results, plugin };
}

it('refuses with the reply of the policy, and offers PIPELINING only to who may have it', async () => {
  const { run, connection } = await connected({ tarpit_seconds: 0 });
  expect(await run(on_mail)).toMatchObject([DENYSOFT, { code: 451, reply: '4.7.1 Deferred' }]);
  await run(on_capabilities);
  expect(connection.capabilities).toEqual(['mx.example.net', '8BITMIME']);
});

it('waits as long as the class says before it answers, but no longer than it may', async () => {
  const waits = vi.spyOn(globalThis, 'setTimeout');
  const { run } = await connected({ tarpit_seconds: 1 });
  await run(on_mail);
  expect(waits.mock.calls.filter(([, ms]) => ms === 1000)).toHaveLength(2);
  expect(waits.mock.calls.filter(([, ms]) => ms === 2000)).toHaveLength(0);
  waits.mockRestore();
});

it('refuses nobody and waits for nobody when it only looks on, and says what it would have said', async () => {
  const { run, connection, results } = await connected({ enforce: false });
  expect(await run(on_mail)).toEqual([]);
  await run(on_capabilities);
  expect(connection.capabilities).toContain('PIPELINING');
  expect(results.add).toHaveBeenCalledWith(expect.anything(), { msg: 'would have said: 451 4.7.1 Deferred' });
});
