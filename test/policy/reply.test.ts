/** SMTP replies: the right codes, a line that fits, nothing but printable ASCII, a link that stays whole. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../lib/allocation/network.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { ACTIONS } from '../../lib/policy/policy-book.ts';
import { replyFor } from '../../lib/policy/reply.ts';
import { anyAddress } from '../support/address-arbitrary.ts';
import { SEED } from '../support/arbitraries.ts';
import { mustAddress, NO_ALLOCATIONS } from '../support/records.ts';

const NETWORK = networkOf(mustAddress('2a00:1450:4001:81b::5'), NO_ALLOCATIONS);
/** RFC 5321 section 4.5.3.1.5: a reply line is at most 512 octets with its code and CRLF. */
const MAX_LINE = 512;

describe('the reply', () => {
  it.each([
    ['throttle', 421, '4.7.0'],
    ['tempfail', 451, '4.7.1'],
    ['reject', 554, '5.7.1'],
  ] as const)('for %s is %i %s with the reason', (action, code, enhanced) => {
    const reply = replyFor(action, 'too much of it', NETWORK, null);
    expect(reply).toMatchObject({ code, enhanced });
    expect(reply?.text).toContain('too much of it');
  });

  it('for accept is none: the server has words of its own', () => {
    expect(replyFor('accept', 'fine', NETWORK, 'https://mail.example/?q=')).toBeNull();
  });

  it('is temporary exactly when its class is 4', () => {
    for (const action of ACTIONS) {
      const reply = replyFor(action, 'x', NETWORK, null);
      if (reply !== null) expect(`${reply.code}`[0]).toBe(reply.enhanced[0]);
    }
  });

  it('ends with a link to the address when there is one, so that a postmaster can look it up', () => {
    const text = replyFor('reject', 'too much of it', NETWORK, 'https://mail.example/?q=')?.text;
    expect(text).toMatch(/ - see https:\/\/mail\.example\/\?q=2a00%3A1450%3A4001%3A81b%3A%3A5$/);
    expect(replyFor('reject', 'too much of it', NETWORK, null)?.text).not.toContain('see');
  });

  it('writes what is not printable ASCII as a question mark: an operator’s reason may hold anything', () => {
    const reason = 'Büro\r\n250 2.0.0 OK\u0000 \u{1f4e1}';
    const text = replyFor('reject', reason, NETWORK, null)?.text;
    expect(text).toBe('Refused: B?ro?250 2.0.0 OK? ?');
  });

  it('always fits a line, keeps its link, and can carry no second line', () => {
    const reason = fc.oneof(
      fc.string({ maxLength: 2000 }),
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.constant('x'.repeat(5000)),
    );
    const path = fc.string({ unit: fc.constantFrom(...'abcXYZ019/?=&.-'), maxLength: 190 });
    fc.assert(
      fc.property(
        reason,
        anyAddress,
        fc.option(path),
        fc.constantFrom(...ACTIONS),
        (why, address, rest, action) => {
          const lookupUrl = rest === null ? null : `https://m.example/${rest}`;
          const reply = replyFor(action, why, networkOf(address, NO_ALLOCATIONS), lookupUrl);
          if (reply === null) return;
          const line = `${reply.code} ${reply.enhanced} ${reply.text}\r\n`;
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE);
          expect(reply.text).toMatch(/^[\x20-\x7e]+$/);
          if (lookupUrl !== null) {
            expect(
              reply.text.endsWith(` - see ${lookupUrl}${encodeURIComponent(formatAddress(address))}`),
            ).toBe(true);
          }
        },
      ),
      { seed: SEED, numRuns: 600 },
    );
  });

  it('leaves room for what a mail server puts before it', () => {
    const text = replyFor('throttle', 'x'.repeat(5000), NETWORK, 'https://mail.example/?q=')?.text ?? '';
    expect(text.length).toBeLessThanOrEqual(MAX_LINE - 200);
    expect(text.length).toBeGreaterThan(250);
  });
});
