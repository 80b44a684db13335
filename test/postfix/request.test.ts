import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAnswer, headerAction, replyAction } from '../../lib/postfix/action.ts';
import { type Attributes, RequestReader } from '../../lib/postfix/request.ts';
import { policyRequest } from '../support/policy-request.ts';

const RUNS = { seed: 20261121, numRuns: 500 };

function readAll(pieces: readonly Buffer[]): {
  requests: Attributes[];
  fault: string | null;
  isInside: boolean;
} {
  const reader = new RequestReader();
  const requests: Attributes[] = [];
  for (const piece of pieces) {
    for (const request of reader.read(piece)) {
      if (!request.ok) return { requests, fault: request.error, isInside: reader.isInside };
      requests.push(request.value);
    }
  }
  return { requests, fault: null, isInside: reader.isInside };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

describe('policy requests', () => {
  it('are read with all their attributes, known or not, in any order', () => {
    const { requests, fault } = readAll([Buffer.from(policyRequest({ tls_sni: 'mx=1', ünknown: 'ä' }))]);
    expect(fault).toBeNull();
    expect(requests).toHaveLength(1);
    expect(requests[0]?.get('client_address')).toBe('2a00:1450:8319:fe42::25');
    expect(requests[0]?.get('tls_sni')).toBe('mx=1');
    expect(requests[0]?.get('ünknown')).toBe('ä');
    expect(requests[0]?.get('stress')).toBe('');
  });

  it('are the same in whatever pieces they come', () => {
    const names = fc
      .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
      .filter((name) => !/[=\n\0]/.test(name));
    const values = fc.string({ maxLength: 40, unit: 'grapheme' }).filter((value) => !/[\n\0]/.test(value));
    const request = fc.dictionary(names, values, { maxKeys: 12 });
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 4 }), fc.array(fc.nat()), (all, places) => {
        const bytes = Buffer.from(all.map((each) => policyRequest(each)).join(''));
        const whole = readAll([bytes]);
        expect(readAll(cut(bytes, places))).toEqual(whole);
        const expected = all.filter(
          (each) => (each['request'] ?? 'smtpd_access_policy') === 'smtpd_access_policy',
        );
        if (expected.length === all.length) {
          expect(whole.requests).toHaveLength(all.length);
          for (const [i, each] of all.entries()) {
            for (const [name, value] of Object.entries(each))
              expect(whole.requests[i]?.get(name)).toBe(value);
          }
        }
      }),
      RUNS,
    );
  });

  it.each([
    ['no name', '=value\n\n', 'name=value'],
    ['no equals sign', 'GET / HTTP/1.1\r\n\r\n', 'name=value'],
    ['another kind of request', 'request=junk\n\n', 'request=smtpd_access_policy is expected'],
    ['no kind of request', 'client_address=192.0.2.1\n\n', 'request=smtpd_access_policy is expected'],
    ['nothing at all', '\n', 'request=smtpd_access_policy is expected'],
    ['an attribute twice', 'client_address=192.0.2.1\nclient_address=192.0.2.2\n\n', 'given twice'],
    ['a NUL', 'request=smtpd_access_policy\nsender=a\0b\n\n', 'NUL'],
    ['a line without an end', `sender=${'x'.repeat(9000)}`, 'at most 8192 bytes'],
    ['a line too long', `sender=${'x'.repeat(9000)}\n\n`, 'at most 8192 bytes'],
    ['too many attributes', Array.from({ length: 101 }, (_, i) => `a${i}=\n`).join(''), 'at most 100'],
  ])('with %s are refused, and nothing after them is read', (_what, text, fault) => {
    const read = readAll([Buffer.from(text + policyRequest())]);
    expect(read.requests).toEqual([]);
    expect(read.fault).toContain(fault);
  });

  it('never make it throw, nor grow without bound, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (pieces) => {
        const { requests, fault } = readAll(pieces.map((piece) => Buffer.from(piece)));
        expect(requests.length === 0 || fault === null || fault.length > 0).toBe(true);
      }),
      RUNS,
    );
  });

  it('say whether one has begun', () => {
    expect(readAll([Buffer.from(policyRequest())]).isInside).toBe(false);
    expect(readAll([Buffer.from('request=smtpd_access_policy\n')]).isInside).toBe(true);
    expect(readAll([Buffer.from('req')]).isInside).toBe(true);
  });
});

describe('answers', () => {
  it('are one line and an empty one, whatever stands in a reply', () => {
    const reply = { code: 451, enhanced: '4.7.1', text: 'ticket\r\n\naction=OK ä' };
    expect(encodeAnswer(replyAction(reply))).toBe('action=451 4.7.1 ticket?action=OK ?\n\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(encodeAnswer(replyAction({ ...reply, text }))).toMatch(
          /^action=451 4\.7\.1 [\x20-\x7e]*\n\n$/,
        );
      }),
      RUNS,
    );
  });

  it('add a header that tells what was found', () => {
    const found = { class: 'unknown', action: 'throttle', prefix: '2a00:1450:8319:fe42::/64' };
    expect(headerAction({ ...found, spam: 0.12345 })).toBe(
      'PREPEND X-Prefixwise: class=unknown; action=throttle; prefix=2a00:1450:8319:fe42::/64; spam=0.123',
    );
    expect(headerAction({ ...found, spam: null })).toContain('spam=none');
  });
});
