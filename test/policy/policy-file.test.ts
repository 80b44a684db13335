import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { parsePolicy, readPolicyFile } from '../../lib/policy/policy-file.ts';
import { policyJsonSchema } from '../../lib/policy/policy-schema.ts';

const book = (text: string) => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value;
};
const faults = (text: string) => {
  const parsed = parsePolicy(text);
  return parsed.ok ? [] : parsed.error;
};

describe('the example of a policy file', () => {
  const example = readFileSync(new URL('../../infra/policy.example.yaml', import.meta.url), 'utf8');

  it('is the built-in book', () => {
    expect(book(example)).toEqual(DEFAULT_POLICY_BOOK);
  });

  it('names every field, so that nothing has to be looked up elsewhere', () => {
    const fields = (value: object): string[] =>
      Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
        typeof inner === 'object' && inner !== null ? [name, ...fields(inner)] : [name],
      );
    for (const field of fields(DEFAULT_POLICY_BOOK)) expect(example).toMatch(new RegExp(`^ *${field}:`, 'm'));
  });
});

describe('infra/policy.schema.json', () => {
  it('is generated from the code: npm run schema:policy', () => {
    const written: unknown = JSON.parse(
      readFileSync(new URL('../../infra/policy.schema.json', import.meta.url), 'utf8'),
    );
    expect(written).toEqual(policyJsonSchema());
  });
});

describe('a policy file', () => {
  it('may be empty', () => {
    expect(book('')).toEqual(DEFAULT_POLICY_BOOK);
    expect(book('# nothing yet\n')).toEqual(DEFAULT_POLICY_BOOK);
  });

  it('changes what it names and nothing else', () => {
    const changed = book(
      'rollout: closed\nlimits:\n  bad:\n    tarpitSeconds: 0\n    pipelining: true\nlookupUrl: https://rep.example/?a=\n',
    );
    expect(changed).toEqual({
      ...DEFAULT_POLICY_BOOK,
      rollout: 'closed',
      limits: {
        ...DEFAULT_POLICY_BOOK.limits,
        bad: { ...DEFAULT_POLICY_BOOK.limits.bad, tarpitSeconds: 0, pipelining: true },
      },
      lookupUrl: 'https://rep.example/?a=',
    });
  });

  it('may be JSON', () => {
    expect(book('{"$schema":"./policy.schema.json","cacheSeconds":{"good":1}}').cacheSeconds.good).toBe(1);
  });

  it.each([
    ['rollout: maybe', 'rollout: one of open, allow-listed, closed is expected'],
    [
      'limits:\n  good:\n    messagesPerMinute: lots',
      'limits.good.messagesPerMinute: a whole number from 0 to 2147483647 is expected',
    ],
    [
      'limits:\n  good:\n    messagesPerMinute: 1.5',
      'limits.good.messagesPerMinute: a whole number from 0 to 2147483647 is expected',
    ],
    ['limits:\n  good:\n    messagePerMinute: 1', 'limits.good.messagePerMinute: there is no such field'],
    ['limits:\n  best: {}', 'limits.best: there is no such field'],
    ['limits: 3', 'limits: a group of fields is expected'],
    ['thresholds:\n  rejectSpam: 1.2', 'thresholds.rejectSpam: a number from 0 to 1 is expected'],
    ['verifiedUnknown:\n  pipelining: sure', 'verifiedUnknown.pipelining: true or false is expected'],
    ['failedUnknown: bounce', 'failedUnknown: one of accept, throttle, tempfail, reject is expected'],
    ['cacheSeconds:\n  good: -1', 'cacheSeconds.good: a whole number from 0 to 86400 is expected'],
    [
      'lookupUrl: "javascript:x"',
      'lookupUrl: an http or https URL of at most 200 printable ASCII characters is expected',
    ],
    [
      'lookupUrl: "https://a/\\r\\n"',
      'lookupUrl: an http or https URL of at most 200 printable ASCII characters is expected',
    ],
    ['- rollout', 'the file: fields such as "rollout: open" are expected, this is a list'],
    ['open', 'the file: fields such as "rollout: open" are expected, this is a single value'],
  ])('%j is refused with the field at fault', (text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });

  it('has all its faults named at once', () => {
    expect(faults('rollout: x\nlimits:\n  good: 1\nnothing: 1')).toHaveLength(3);
  });

  it('must not contradict itself', () => {
    expect(faults('thresholds:\n  deferSpam: 0.95')).toEqual([
      'thresholds.deferSpam: must not be above thresholds.rejectSpam',
    ]);
    expect(faults('thresholds:\n  goodHigh: 0.6')).toEqual([
      'thresholds.goodHigh: must be below thresholds.deferSpam',
    ]);
  });

  it.each([
    ['rollout: open\nrollout: closed', /^the file: Map keys must be unique at line 2/],
    ['limits: [', /^the file: .* at line 1/],
    ['a: &x [1]\nb: [*x, *x, *x]'.repeat(1), /^[ab]: there is no such field$/],
  ])('%j is refused as YAML, with its place', (text, fault) => {
    expect(faults(text)[0]).toMatch(fault);
  });

  it('cannot swell: aliases are few and the file is small', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nd: [${'*c,'.repeat(9)}*c]`;
    expect(faults(bomb)).toHaveLength(1);
  });
});

describe('readPolicyFile', () => {
  it('names the file in every refusal', () => {
    const directory = mkdtempSync(join(tmpdir(), 'prefixwise-policy-'));
    try {
      const broken = join(directory, 'broken.yaml');
      writeFileSync(broken, 'rollout: x');
      const large = join(directory, 'large.yaml');
      writeFileSync(large, '#'.repeat(300 * 1024));
      for (const file of [broken, large, join(directory, 'missing.yaml'), directory]) {
        const read = readPolicyFile(file);
        expect(read.ok ? '' : read.error).toContain(file);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
