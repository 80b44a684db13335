import { describe, expect, it } from 'vitest';
import { lineLog } from '../../lib/http/log.ts';

function logged(value: string): string {
  const lines: string[] = [];
  lineLog(
    (line) => lines.push(line),
    () => 0,
  ).error('event', { value });
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('a log line', () => {
  it.each([
    ['a line feed', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['a terminal command', '\u001b[31mred\u009b0m'],
    ['a line separator', 'a\u2028b\u2029c\u0085d'],
    ['text turned around', '\u202egpj.exe\u2066'],
    ['invisible letters', 'a\u200bb\u{e0041}c\ufeff'],
    ['a delete', 'a\u007fb'],
  ])('stays one plain line with %s in it', (_what, value) => {
    const line = logged(value);
    expect(line.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(line)).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      level: 'error',
      event: 'event',
      value,
    });
  });

  it('cuts what is too long', () => {
    expect(logged('x'.repeat(100_000)).length).toBeLessThan(2200);
  });
});
