import { describe, expect, it } from 'vitest';
import { readAsked } from '../../lib/http/page/asked.ts';

describe('what a person types', () => {
  it.each([
    ['2001:DB8:0:0::25', 'address', '2001:db8::25'],
    ['  192.0.2.25\n', 'address', '192.0.2.25'],
    ['[2001:db8::25]', 'address', '2001:db8::25'],
    ['[2001:db8::25]:49152', 'address', '2001:db8::25'],
    ['[IPv6:2001:db8::25]', 'address', '2001:db8::25'],
    ['IPv6:2001:db8::25', 'address', '2001:db8::25'],
    ['[192.0.2.25]', 'address', '192.0.2.25'],
    ['2001:db8::25/32', 'block', '2001:db8::/32'],
    ['192.0.2.25/24', 'block', '192.0.2.0/24'],
    ['::ffff:192.0.2.0/120', 'block', '192.0.2.0/24'],
  ])('%j is the %s %s', (typed, kind, text) => {
    expect(readAsked(typed)).toMatchObject({ ok: true, value: { kind, text } });
  });

  it.each([
    '',
    ' ',
    'mail.example.net',
    '010.0.0.1',
    '1.2.3',
    'fe80::1%eth0',
    '[::1',
    '2001:db8::/129',
    '::1/',
    'x'.repeat(201),
  ])('%j is refused with a sentence that helps', (typed) => {
    const asked = readAsked(typed);
    expect(asked.ok).toBe(false);
    if (!asked.ok) expect(asked.error).toMatch(/^[A-Z].*\.$/);
  });
});
