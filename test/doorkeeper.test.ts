import { describe, expect, it } from 'vitest';
import { Doorkeeper } from '../lib/doorkeeper.ts';

describe('the doorkeeper', () => {
  it('knows whoever comes a second time, and next to nobody who comes first', () => {
    const doorkeeper = new Doorkeeper();
    const keys = Array.from({ length: 5000 }, (_, i) => `2001:db8:${i.toString(16)}::/64`);
    const mistaken = keys.filter((key) => doorkeeper.knows(key)).length;
    expect(mistaken).toBeLessThan(keys.length * 0.04);
    expect(keys.every((key) => doorkeeper.knows(key))).toBe(true);
  });

  it('forgets a flood of first times before it takes strangers for somebody known', () => {
    const doorkeeper = new Doorkeeper();
    let mistaken = 0;
    for (let i = 0; i < 500_000; i++) if (doorkeeper.knows(`stranger ${i}`)) mistaken++;
    expect(mistaken).toBeLessThan(500_000 * 0.2);
  });
});
