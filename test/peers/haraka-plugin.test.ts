/** The service in front of a real Haraka, over real SMTP from different addresses. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLUGIN, startHaraka } from './support/haraka.ts';
import type { MailServer } from './support/postfix.ts';
import { NEIGHBOUR, type Scene, SITE, setScene } from './support/scene.ts';
import { send } from './support/swaks.ts';

const ini = (url: string, more = ''): Record<string, string> => ({
  'config/prefixwise.ini': `url=${url}\nbudget_ms=5000\ntarpit_seconds=0\n${more}`,
});

describe('Haraka with the plugin', () => {
  let scene: Scene;
  let servers: MailServer[];

  beforeAll(async () => {
    scene = await setScene();
    servers = [
      await startHaraka([PLUGIN], ini(scene.service.url)),
      await startHaraka([PLUGIN], ini(scene.service.url)),
    ];
  });

  afterAll(async () => {
    for (const server of servers ?? []) await server.stop();
    await scene?.end();
  });

  const sendFrom = (from: string, which = 0, recipients?: readonly string[]) =>
    send({ from, port: servers[which]?.port ?? 0, ...(recipients && { recipients }) });

  it('takes mail from a sender that nothing is known of, and notes whose prefix it is', async () => {
    expect(await sendFrom(SITE[0])).toMatchObject({ accepted: true, refusal: null });
    expect(await servers[0]?.log()).toContain('prefix: 2d00:db8:0:100::/56');
  });

  it('defers the whole end site once a few of its hosts sent spam, with the reply of the policy', async () => {
    await scene.complain(SITE[0]);
    await scene.complain(SITE[1]);
    const answer = await fetch(`${scene.service.url}/v1/lookup/${SITE[3]}`);
    const { policy }: { policy: { action: string; reply: { text: string } } } = JSON.parse(
      await answer.text(),
    );
    expect(policy.action).toBe('tempfail');
    for (const host of [SITE[2], SITE[3]]) {
      const { accepted, refusal } = await sendFrom(host);
      expect({ accepted, refusal }).toEqual({ accepted: false, refusal: `451 4.7.1 ${policy.reply.text}` });
    }
  });

  it('refuses it for good once they sent more', async () => {
    for (const host of [SITE[0], SITE[1], SITE[2]]) await scene.complain(host);
    expect((await sendFrom(SITE[3])).refusal).toMatch(/^554 5\.7\.1 Refused: /);
  });

  it('takes mail from the end site next door', async () => {
    expect(await sendFrom(NEIGHBOUR)).toMatchObject({ accepted: true });
  });

  it('holds the limits of a class over two servers together', async () => {
    // An unknown sender may send five messages a minute; one went to the first server already.
    const taken = [];
    for (let i = 0; i < 5; i++) taken.push(await sendFrom(NEIGHBOUR, i % 2));
    expect(taken.map(({ accepted }) => accepted)).toEqual([true, true, true, true, false]);
    expect(taken[4]?.refusal).toMatch(/^4\d\d 4\.7\.\d .*minute/);
  });

  it('lets mail flow when the service is killed', async () => {
    await scene.service.kill();
    expect(await sendFrom(NEIGHBOUR)).toMatchObject({ accepted: true });
    expect(await sendFrom('::1')).toMatchObject({ accepted: true });
    expect(await servers[0]?.log()).toMatch(/\[prefixwise\] unreachable: /);
  });
});
