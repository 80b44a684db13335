/** What the operator decides over any reputation: the lists, the roll-out of IPv6; and the answer without evidence. */
import { describe, expect, it } from 'vitest';
import { degradedPolicy } from '../../lib/policy/decide.ts';
import { type PolicyBook, ROLLOUT_STAGES } from '../../lib/policy/policy-book.ts';
import { BOOK, HOPELESS, ruled, SHARED, SPOTLESS, V4, V6 } from '../support/ruled.ts';

describe('a listing', () => {
  const entry = (list: 'allow' | 'block') => ({
    list,
    prefix: '198.35.26.0/24',
    reason: 'ticket 42',
    expires: null,
  });

  it('on the allow list is accepted whatever its reputation', () => {
    const policy = ruled(V4, HOPELESS, { listing: entry('allow') });
    expect(policy).toMatchObject({ class: 'good', action: 'accept', reply: null });
    expect(policy.reason).toBe('198.35.26.0/24 is on the allow list: ticket 42');
  });

  it('on the block list is refused whatever its reputation, and whether it has one', () => {
    for (const reputation of [SPOTLESS, null]) {
      const policy = ruled(V4, reputation, { listing: entry('block') });
      expect(policy).toMatchObject({ class: 'bad', action: 'reject', reply: { code: 554 } });
      expect(policy.reason).toBe('198.35.26.0/24 is on the block list: ticket 42');
    }
  });

  it('may have any reason, of which a reply has what is printable', () => {
    const listing = { ...entry('block'), reason: 'Büro\r\n250 2.0.0 OK' };
    expect(ruled(V4, null, { listing }).reply?.text).toBe(
      'Refused: 198.35.26.0/24 is on the block list: B?ro?250 2.0.0 OK',
    );
  });

  it('is the operator’s own word, so it comes before the sharing of an address', () => {
    expect(ruled(V4, SPOTLESS, { listing: entry('block'), allocations: SHARED }).action).toBe('reject');
  });
});

describe('the roll-out of IPv6', () => {
  const at = (rollout: PolicyBook['rollout']): PolicyBook => ({ ...BOOK, rollout });
  const allowed = { list: 'allow', prefix: '2a00:1450::/32', reason: 'a partner', expires: null } as const;

  it('has three stages', () => {
    expect([...ROLLOUT_STAGES]).toEqual(['open', 'allow-listed', 'closed']);
  });

  it.each(['allow-listed', 'closed'] as const)(
    'at stage %s sends IPv6 back to IPv4, whatever its reputation',
    (stage) => {
      for (const reputation of [SPOTLESS, HOPELESS, {}]) {
        const policy = ruled(V6, reputation, { book: at(stage) });
        expect(policy).toMatchObject({ action: 'tempfail', reply: { code: 451, enhanced: '4.7.1' } });
        expect(policy.reply?.text).toContain('please send over IPv4');
      }
    },
  );

  it('at stage allow-listed lets the allow list send', () => {
    expect(ruled(V6, {}, { book: at('allow-listed'), listing: allowed })).toMatchObject({ action: 'accept' });
  });

  it.each(ROLLOUT_STAGES)(
    'at stage %s leaves IPv4, IPv4-mapped addresses and the operator’s own side alone',
    (stage) => {
      for (const host of [V4, `::ffff:${V4}`]) {
        expect(ruled(host, SPOTLESS, { book: at(stage) })).toEqual(ruled(host, SPOTLESS));
      }
      for (const host of ['::1', 'fd00::1', '127.0.0.1'])
        expect(ruled(host, null, { book: at(stage) }).action).toBe('accept');
    },
  );

  it.each(ROLLOUT_STAGES)('at stage %s refuses what is on the block list', (stage) => {
    const listing = { ...allowed, list: 'block' } as const;
    expect(ruled(V6, SPOTLESS, { book: at(stage), listing }).action).toBe('reject');
  });
});

describe('the degraded answer', () => {
  it('is open: unknown, accepted, with the limits of the unknown and a plain reason', () => {
    const { reason, ...policy } = degradedPolicy(BOOK);
    expect(policy).toEqual({
      class: 'unknown',
      action: 'accept',
      decidedBy: 'none',
      reply: null,
      limits: BOOK.limits.unknown,
    });
    expect(reason).toContain('could not be read in time');
  });
});
