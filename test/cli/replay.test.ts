import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Replay } from '../../lib/replay/replay.ts';
import { runCli } from '../support/cli.ts';
import { mustAddress, NO_ALLOCATIONS } from '../support/records.ts';

const LINES = [
  { id: 'a', at: '2026-01-01T00:00:00Z', address: '45.79.27.34', verdict: 'spam' },
  {
    id: 'b',
    at: '2026-01-01T01:00:00+01:00',
    address: '::ffff:45.79.27.34',
    verdict: 'spam',
    reporter: 'r1',
  },
  { id: 'c', at: '2026-01-03T00:00:00Z', address: '2001:470:1:2::1', verdict: 'ham' },
  { id: 'd', at: '2026-01-02T00:00:00Z', address: '45.79.27.34', verdict: 'spam' },
  { id: 'e', at: '2026-01-04T00:00:00Z', address: '::1', verdict: 'ham' },
] as const;
const text = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const answersOf = (
  output: string,
): { id: string; spam: number | null; prefix: string; subject: string | null }[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-replay-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('prefixwise replay', () => {
  it('answers each line in time order before it learns from it', async () => {
    const { code, stdout, stderr } = await runCli(['replay', '-'], { stdin: text(LINES) });
    expect(code).toBe(0);
    const answers = answersOf(stdout);
    expect(answers.map(({ id }) => id)).toEqual(['a', 'b', 'd', 'c', 'e']);
    expect(Object.keys(answers[0] ?? {})).toEqual(['id', 'prefix', 'subject', 'spam', 'class', 'action']);
    const replay = new Replay({ allocations: NO_ALLOCATIONS });
    for (const answer of answers) {
      const line = LINES.find(({ id }) => id === answer.id) ?? LINES[0];
      const reporter = 'reporter' in line ? line.reporter : undefined;
      expect(answer).toEqual(
        replay.step({ ...line, at: Date.parse(line.at), address: mustAddress(line.address), reporter }),
      );
    }
    expect(answers.at(-1)).toMatchObject({ subject: null, spam: null });
    expect(stderr).toContain('events               5 (3 spam, 2 ham; 1 not rateable)');
    for (const label of ['AUC', 'Brier score', 'spam let in', 'good mail refused'])
      expect(stderr).toContain(label);
  });

  it('reads packed logs and writes to a file', async () => {
    const log = join(directory, 'log.ndjson.gz');
    const out = join(directory, 'answers.ndjson');
    writeFileSync(log, gzipSync(text(LINES)));
    const { code, stdout } = await runCli(['replay', log, '--out', out]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(answersOf(readFileSync(out, 'utf8'))).toHaveLength(LINES.length);
  });

  it('names each line it cannot use by number and reason, and passes over it', async () => {
    const bad = [
      '{"id":"x"',
      '[]',
      JSON.stringify({ ...LINES[0], id: '' }),
      JSON.stringify({ ...LINES[0], at: 1 }),
      JSON.stringify({ ...LINES[0], at: '2026-01-01' }),
      '',
      JSON.stringify({ ...LINES[0], address: '1.2.3' }),
      JSON.stringify({ ...LINES[0], verdict: 'maybe' }),
      JSON.stringify({ ...LINES[0], reporter: 7 }),
      `"${'x'.repeat(70_000)}"`,
    ];
    const { code, stdout, stderr } = await runCli(['replay', '-'], {
      stdin: `${bad.join('\n')}\n${text(LINES)}`,
    });
    expect(code).toBe(0);
    expect(answersOf(stdout)).toHaveLength(LINES.length);
    const named = [...stderr.matchAll(/^replay: line (\d+): (\w+)/gm)].map(
      ([, line, word]) => `${line} ${word}`,
    );
    expect(named).toEqual([
      '1 a',
      '2 a',
      '3 id',
      '4 at',
      '5 at',
      '7 address',
      '8 verdict',
      '9 reporter',
      '10 longer',
    ]);
    expect(stderr).toContain('lines refused        9');
  });

  it('ends with 65 when no line can be used', async () => {
    expect(await runCli(['replay', '-'], { stdin: 'x\n' })).toMatchObject({ code: 65, stdout: '' });
    expect(await runCli(['replay', '-'], { stdin: '' })).toMatchObject({ code: 65 });
  });

  it('ends with 66, 73 and 78 when a file cannot be read, written or understood', async () => {
    const missing = join(directory, 'missing');
    expect(await runCli(['replay', missing])).toMatchObject({ code: 66 });
    expect(await runCli(['replay', '-', '--published', missing], { stdin: text(LINES) })).toMatchObject({
      code: 66,
    });
    const out = join(missing, 'out');
    expect(await runCli(['replay', '-', '--out', out], { stdin: text(LINES) })).toMatchObject({ code: 73 });
    const env = { POLICY_FILE: missing };
    expect(await runCli(['replay', '-'], { stdin: text(LINES), env })).toMatchObject({ code: 78 });
  });

  it('tests the policy of POLICY_FILE', async () => {
    const file = join(directory, 'policy.yaml');
    writeFileSync(file, 'rollout: closed\n');
    const { stdout } = await runCli(['replay', '-'], { stdin: text(LINES), env: { POLICY_FILE: file } });
    expect(answersOf(stdout)).toContainEqual(expect.objectContaining({ id: 'c', action: 'tempfail' }));
  });

  it.each([
    ['prefixlen', 'prefix,length\n# ours\n2001:470::/32,48,\n2001:470::/33,20,\n', 1],
    [
      'RPSL',
      '% a remark\n\ninet6num:       2001:470::/32\nstatus:         AGGREGATED-BY-LIR\nassignment-size: 48\nsource: TEST\n\n',
      0,
    ],
  ])('believes published allocations in %s', async (name, content, refused) => {
    const file = join(directory, `${name}.gz`);
    writeFileSync(file, gzipSync(content));
    const { stdout, stderr } = await runCli(['replay', '-', '--published', file], { stdin: text(LINES) });
    expect(stderr).toContain(`${file}: 1 allocations, ${refused} refused`);
    expect(answersOf(stdout)).toContainEqual(
      expect.objectContaining({ id: 'c', subject: '2001:470:1::/48' }),
    );
  });

  it('shows a bar on a terminal only', async () => {
    const log = join(directory, 'log.ndjson');
    writeFileSync(log, text(LINES));
    expect((await runCli(['replay', log], { terminal: true })).stderr).toContain('replaying');
    expect((await runCli(['replay', log])).stderr).not.toContain('replaying');
  });

  it('keeps the order of two thousand real events of one moment', async () => {
    const stream = gunzipSync(readFileSync('bench/data/mail-stream.csv.gz')).toString('utf8');
    const rows = stream
      .split('\n')
      .slice(1, 2001)
      .map((row) => row.split(','));
    const events = rows.map(([, address, verdict], i) => ({
      id: `${i}`,
      at: '2026-01-01T00:00:00Z',
      address,
      verdict,
    }));
    const { stdout } = await runCli(['replay', '-'], { stdin: text(events) });
    expect(answersOf(stdout).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });
});
