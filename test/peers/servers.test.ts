/** The servers that the other tests put the service in front of, without it: what they do by themselves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHaraka } from './support/haraka.ts';
import { addToLoopback } from './support/loopback.ts';
import { type MailServer, startPostfix } from './support/postfix.ts';
import { send } from './support/swaks.ts';

/** In no block that is given out (IANA: 2d00::/8 is unassigned), so that it stands for nobody. */
const CLIENT = '2d00:db8:0:100::25';

describe.each([
  ['Postfix', startPostfix],
  ['Haraka', startHaraka],
] as const)('%s without us', (_name, start) => {
  let server: MailServer;

  beforeAll(async () => {
    await addToLoopback([CLIENT]);
    server = await start();
  });

  afterAll(async () => {
    await server.stop();
  });

  it('takes mail for its own domain from an address on the loopback interface', async () => {
    const delivery = await send({ from: CLIENT, port: server.port });
    expect(delivery).toMatchObject({ accepted: true, refusal: null });
    expect(await server.log()).toContain(CLIENT);
  });

  it('refuses mail for another domain', async () => {
    const delivery = await send({ from: CLIENT, port: server.port, recipients: ['someone@example.com'] });
    expect(delivery.accepted).toBe(false);
    expect(delivery.refusal).toMatch(/^[45]\d\d /);
  });
});
