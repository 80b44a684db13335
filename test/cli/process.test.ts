import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const CLI = ['--import', 'tsx', 'functions/cli.ts'];

describe('the command line as a process', () => {
  it('says which version it is through npm run', async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', '-s', 'cli', '--', '--version']);
    expect(stdout).toBe(`${packageJson.version}\n`);
  });

  it('lists its commands with --help', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [...CLI, '--help']);
    for (const command of ['serve', 'lookup', 'report', 'export', 'replay'])
      expect(stdout).toContain(`  ${command} `);
  });

  it('hands its exit code to the shell', async () => {
    const child = spawn(process.execPath, [...CLI, 'lookup', '::1', '--url', 'http://127.0.0.1:1'], {
      stdio: 'ignore',
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(69);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [...CLI, 'replay', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    const line = '{"id":"a","at":"2026-01-01T00:00:00Z","address":"45.79.27.34","verdict":"spam"}\n';
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.end(line.repeat(20_000));
    await once(child, 'close');
    expect(stderr).not.toContain('Error');
  });
});
