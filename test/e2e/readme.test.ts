import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../support/service.ts';

interface Step {
  readonly command: string;
  /** What the README shows below the command; `...` stands for anything. */
  readonly shown: string;
}

/** The commands of all `console` blocks, in order: one session. */
const SESSION: readonly Step[] = [...readFileSync('README.md', 'utf8').matchAll(/^```console\n(.*?)^```/gms)]
  .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
  .map((step) => {
    const [command = '', ...shown] = step.trimEnd().split('\n');
    return { command, shown: shown.join('\n') };
  });

describe('the session in the README', () => {
  let directory: string;
  let service: RunningService;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'prefixwise-readme-'));
    service = await startService(join(directory, 'data'));
  });
  afterAll(async () => {
    await service.stop();
    rmSync(directory, { recursive: true });
  });

  it('has commands for every kind of address', () => {
    expect(SESSION.length).toBeGreaterThan(12);
  });

  it.each(SESSION)('$command', async ({ command, shown }) => {
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', inThisSession(command)], {
      env: { ...process.env, PREFIXWISE_URL: service.url },
    });
    expect(`${stdout}${stderr}`).toMatch(patternOf(shown));
  });

  const inThisSession = (command: string): string =>
    command
      .replaceAll('localhost:8080', new URL(service.url).host)
      .replaceAll('answers.ndjson', join(directory, 'answers.ndjson'));
});

describe('the README', () => {
  it('links to nothing that is not there', () => {
    const text = readFileSync('README.md', 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(
      ([, title = '']) =>
        `#${title
          .toLowerCase()
          .replace(/[^\w\s-]/g, '')
          .replace(/\s/g, '-')}`,
    );
    expect(links.length).toBeGreaterThan(10);
    const dead = links.filter((link) => (link.startsWith('#') ? !anchors.includes(link) : !existsSync(link)));
    expect(dead.filter((link) => !link.startsWith('http'))).toEqual([]);
  });
});

function patternOf(shown: string): RegExp {
  if (shown === '') return /^/;
  const literal = shown.split('...').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('[^]*?')}\\s*$`);
}
