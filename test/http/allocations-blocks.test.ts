/**
 * Blocks that only an operator can explain, from the entry to the verdict: 6rd domains, NAT64 prefixes, shared and special
 * space.
 */

import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { accountSchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { answerOf, postJson } from '../support/http.ts';
import { type LiveApp, liveApp } from '../support/live-app.ts';

const ask = (app: LiveApp['app'], address: string) =>
  answerOf(app.request(`/v1/lookup/${address}`), lookupAnswerSchema);

/** Reports mail from an address `times` times; resolves to how many verdicts were taken. */
async function report(app: LiveApp['app'], address: string, verdict: string, times = 1): Promise<number> {
  const verdicts = Array.from({ length: times }, () => ({ address, verdict }));
  const response = await postJson(app, '/v1/verdicts', { verdicts });
  return z.parse(accountSchema, await response.json()).accepted;
}

async function declared(prefix: string, entry: object): Promise<LiveApp> {
  const live = await liveApp();
  expect((await live.put(prefix, entry)).status).toBe(201);
  return live;
}

describe('a 6rd domain', () => {
  // RFC 5969: 2a01:5555::/32 and all 32 bits of the customer edge, so 45.79.27.34 has 2a01:5555:2d4f:1b22::/64.
  const customer = '2a01:5555:2d4f:1b22::25';
  const entry = { endSiteLength: 64, mechanism: '6rd', note: 'our provider' };

  it('is ordinary IPv6 until it is declared', async () => {
    const { app } = await liveApp();
    expect((await ask(app, customer)).network).toMatchObject({ kind: 'ipv6', ipv4: null });
  });

  it('gives a customer one reputation over IPv4 and IPv6', async () => {
    const { app } = await declared('2a01:5555::/32', entry);
    expect((await ask(app, customer)).network).toMatchObject({
      kind: '6rd',
      prefix: '2a01:5555:2d4f:1b22::/64',
      source: 'operator',
      ipv4: '45.79.27.34',
    });
    expect(await report(app, customer, 'spam', 3)).toBe(3);
    const overIpv4 = await ask(app, '45.79.27.34');
    const overIpv6 = await ask(app, customer);
    expect(overIpv4.reputation).toMatchObject({ subject: '45.79.27.34/32', observations: 3 });
    expect(overIpv6.reputation).toEqual(overIpv4.reputation);
  });

  it('shows a neighbour of the domain as a neighbour of the customer’s IPv4 address', async () => {
    const { app } = await declared('2a01:5555::/32', entry);
    const neighbour = '2a01:5555:2d4f:1b63::25';
    const before = await ask(app, neighbour);
    await report(app, customer, 'spam', 5);
    const after = await ask(app, neighbour);
    expect(after.network.ipv4).toBe('45.79.27.99');
    expect(after.reputation?.observations).toBe(0);
    expect(after.reputation?.spam).toBeGreaterThan(before.reputation?.spam ?? 1);
    expect(after.reputation?.evidence.map(({ prefix, observations }) => [prefix, observations])).toEqual([
      ['45.79.27.99/32', 0],
      ['45.79.27.0/24', 1],
      ['45.79.0.0/16', 0],
    ]);
  });

  it('with private customer edges rates the prefix each was given', async () => {
    const { app } = await declared('2a01:6666::/32', {
      ...entry,
      endSiteLength: 56,
      ipv4MaskLength: 8,
      ipv4Prefix: '10.0.0.0/8',
    });
    // RFC 5969 section 4: 10.100.100.1 without its first octet, so /56.
    const inside = '2a01:6666:6464:100::25';
    const { network, reputation } = await ask(app, inside);
    expect(network).toMatchObject({ kind: '6rd', prefix: '2a01:6666:6464:100::/56', ipv4: '10.100.100.1' });
    expect(reputation?.subject).toBe('2a01:6666:6464:100::/56');
    await report(app, inside, 'spam', 2);
    expect((await ask(app, '2a01:6666:6464:1ff::1')).reputation?.observations).toBe(2);
    expect((await ask(app, '2a01:6666:6464:200::1')).reputation?.observations).toBe(0);
    expect((await ask(app, '10.100.100.1')).reputation).toBeNull();
  });
});

describe('a NAT64 prefix', () => {
  it('shares the reputation of the IPv4 host behind each address', async () => {
    const { app } = await declared('2600:7777:0:64::/96', { endSiteLength: 128, mechanism: 'nat64' });
    expect(await report(app, '2600:7777:0:64::2d4f:1b22', 'spam', 2)).toBe(2);
    await report(app, '45.79.27.34', 'spam', 2);
    const translated = await ask(app, '2600:7777:0:64::2d4f:1b22');
    expect(translated.network).toMatchObject({
      kind: 'nat64',
      prefix: '2600:7777:0:64::2d4f:1b22/128',
      ipv4: '45.79.27.34',
      source: 'operator',
    });
    expect(translated.reputation).toMatchObject({ subject: '45.79.27.34/32', observations: 4 });
    expect((await ask(app, '64:ff9b::45.79.27.34')).reputation).toEqual(translated.reputation);
  });

  it('does not make a host behind it rateable that cannot be on the Internet', async () => {
    const { app } = await declared('2600:7777:0:64::/96', { endSiteLength: 128, mechanism: 'nat64' });
    expect((await ask(app, '2600:7777:0:64::10.0.0.1')).reputation).toBeNull();
    expect(await report(app, '2600:7777:0:64::10.0.0.1', 'spam')).toBe(0);
  });
});

describe('special-purpose space', () => {
  it.each([
    ['100.64.1.2', '100.64.0.0/10', { endSiteLength: 32, endSites: 1000 }, '100.64.1.2/32'],
    ['10.1.2.3', '10.0.0.0/8', { endSiteLength: 32 }, '10.1.2.3/32'],
    ['fd00:1:2:3::4', 'fd00::/8', { endSiteLength: 64 }, 'fd00:1:2:3::/64'],
    ['2001:db8:1:2ff::1', '2001:db8::/32', { endSiteLength: 56 }, '2001:db8:1:200::/56'],
  ])('%s is rateable once an operator says so, and not before', async (address, block, entry, subject) => {
    const live = await liveApp();
    expect((await ask(live.app, address)).reputation).toBeNull();
    expect(await report(live.app, address, 'spam')).toBe(0);
    await live.put(block, entry);
    expect(await report(live.app, address, 'spam')).toBe(1);
    const { network, reputation } = await ask(live.app, address);
    expect(network).toMatchObject({ kind: 'special', prefix: subject, source: 'operator' });
    expect(reputation).toMatchObject({ subject, observations: 1 });
  });

  it('stays what it is under an entry for a block beside it', async () => {
    const { app } = await declared('100.64.0.0/11', { endSiteLength: 32 });
    expect((await ask(app, '100.96.0.1')).reputation).toBeNull();
    expect((await ask(app, '100.64.0.1')).reputation).not.toBeNull();
  });

  it('is unwrapped from IPv4-mapped blocks and addresses alike', async () => {
    const { app } = await declared('::ffff:10.0.0.0/104', { endSiteLength: 32 });
    await report(app, '::ffff:10.1.2.3', 'spam', 2);
    expect((await ask(app, '10.1.2.3')).reputation).toMatchObject({
      subject: '10.1.2.3/32',
      observations: 2,
    });
  });
});

describe('a block whose end-site prefixes are shared', () => {
  it.each([
    ['CGN egress', '45.79.0.0/16', { endSiteLength: 32, endSites: 1000 }, '45.79.27.34'],
    ['MAP', '2a01:7777::/40', { endSiteLength: 56, endSites: 16 }, '2a01:7777:0:100::1'],
    ['our own CGN', '100.64.0.0/10', { endSiteLength: 32, endSites: 64 }, '100.64.1.2'],
  ])('is never refused for good, whatever comes from it: %s', async (_, block, entry, address) => {
    const { app } = await declared(block, entry);
    await report(app, address, 'spam', 500);
    const { network, reputation, policy } = await ask(app, address);
    expect(network.shared).toBe(true);
    expect(reputation?.spam).toBeGreaterThan(0.95);
    expect(policy).toMatchObject({ class: 'bad', action: 'throttle' });
  });

  it('would be refused, were it not shared', async () => {
    const { app } = await liveApp();
    await report(app, '45.79.27.34', 'spam', 500);
    expect((await ask(app, '45.79.27.34')).policy.action).toBe('reject');
  });
});

describe('a 6rd domain with shared customer edges', () => {
  it('is as shared as the IPv4 address that stands behind it', async () => {
    const { app, put } = await declared('2a01:5555::/32', { endSiteLength: 64, mechanism: '6rd' });
    await put('45.79.0.0/16', { endSiteLength: 32, endSites: 100 });
    await report(app, '45.79.27.34', 'spam', 500);
    const { network, policy } = await ask(app, '2a01:5555:2d4f:1b22::25');
    expect(network.shared).toBe(true);
    expect(policy.action).toBe('throttle');
  });
});
