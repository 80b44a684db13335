import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseReceived } from '../../lib/feedback/received.ts';
import { senderOf } from '../../lib/feedback/received-chain.ts';
import { parseTrustedHosts } from '../../lib/feedback/trusted-hosts.ts';
import { type Address, formatAddress } from '../../lib/net/address.ts';
import { mustTrustedHosts, sample } from './build.ts';

const lines = z
  .array(
    z.object({
      line: z.string(),
      client: z.string(),
      by: z.nullable(z.string()),
      at: z.optional(z.string()),
      reason: z.string(),
    }),
  )
  .parse(JSON.parse(sample('received-lines.json').toString()));

const chains = z
  .array(
    z.object({
      received: z.array(z.string()),
      trustedHosts: z.array(z.string()),
      sender: z.optional(z.string()),
      failure: z.optional(z.string()),
      reason: z.string(),
    }),
  )
  .parse(JSON.parse(sample('received-chains.json').toString()));

const shown = (client: Address | string): string =>
  typeof client === 'string' ? client : formatAddress(client);

describe('a Received line', () => {
  it.each(lines)('$reason', ({ line, client, by, at }) => {
    const hop = parseReceived(line);
    expect([shown(hop.client), hop.by]).toEqual([client, by]);
    if (at !== undefined) expect(hop.at).toBe(Date.parse(at));
  });

  it('is read in linear time', () => {
    const started = performance.now();
    for (const hostile of ['(', 'from (', '\\(', ';', '[', 'by ', '() '])
      parseReceived(hostile.repeat(40_000));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('the walk through the trace', () => {
  it.each(chains)('$reason', ({ received, trustedHosts, sender, failure }) => {
    const walked = senderOf(received, mustTrustedHosts(trustedHosts));
    if (walked.ok) expect([formatAddress(walked.value.address), undefined]).toEqual([sender, failure]);
    else expect(walked.error).toContain(failure);
  });

  it('never ends at an address that only strangers wrote', () => {
    const hosts = mustTrustedHosts(['mx.example.net', '2a00:1450:1::/48']);
    const forged = lines.map(({ line }) =>
      line.replaceAll(/\b(mx\.example\.net|example\.com)\b/g, 'mx.example.net'),
    );
    const own = 'from evil (evil [198.51.100.7]) by mx.example.net; Sat, 21 Nov 2026 12:00:00 +0000';
    for (let i = 0; i < forged.length; i++) {
      const walked = senderOf([own, ...forged.slice(i), ...forged.slice(0, i)], hosts);
      expect(walked.ok && formatAddress(walked.value.address)).toBe('198.51.100.7');
    }
  });

  it('gives up after a hundred lines', () => {
    const local = 'by mx.example.net with LMTP';
    expect(senderOf(Array(101).fill(local), mustTrustedHosts(['mx.example.net'])).ok).toBe(false);
  });
});

describe('trusted hosts', () => {
  it.each([
    'mx.example.net',
    '.example.net',
    '*.example.net',
    'localhost',
    '192.0.2.1',
    '192.0.2.0/24',
    '2a00:1450:1::/48',
    'a_b.example.net',
    'mx.example.net.',
  ])('%s can be declared', (text) => {
    expect(parseTrustedHosts([text]).ok).toBe(true);
  });

  it.each([
    '',
    '.',
    '*',
    'a b',
    '192.0.2.1/24',
    '192.0.2',
    '300.1.1.1',
    '-x.net',
    'x..net',
    'a'.repeat(300),
    'mx\nx',
  ])('%j cannot', (text) => {
    expect(parseTrustedHosts([text]).ok).toBe(false);
  });

  it('are not without number', () => {
    expect(parseTrustedHosts(Array(65).fill('mx.example.net')).ok).toBe(false);
  });
});
