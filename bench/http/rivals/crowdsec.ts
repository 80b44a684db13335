/**
 * CrowdSec's local API (Debian package `crowdsec`, SQLite) with a number of decisions, as a mail server would ask it: is
 * there a decision about this address? Installed by nobody: where the package is missing the contestant is left out.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCore } from '../../measure/cores.ts';
import type { Server } from '../messages.ts';
import { usageOf } from '../usage.ts';

/** The key its askers send. */
export const CROWDSEC_KEY = 'prefixwise-bench';
/** How long it may take to answer for the first time: milliseconds. */
const START_MS = 60_000;

export function hasCrowdSec(): boolean {
  return spawnSync('cscli', ['version']).error === undefined;
}

/** Starts one with a ban on each of the prefixes, on a core. */
export async function startCrowdSec(prefixes: readonly string[], core: number): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'prefixwise-crowdsec-'));
  const port = await freePort();
  const config = configure(folder, port);
  const url = `http://127.0.0.1:${port}`;
  const credentials = join(folder, 'credentials.yaml');
  command([
    '-c',
    config,
    'machines',
    'add',
    'bench',
    '--password',
    'bench',
    '--force',
    '-f',
    credentials,
    '-u',
    url,
  ]);
  command(['-c', config, 'bouncers', 'add', 'bench', '-k', CROWDSEC_KEY]);
  const child = spawn(...onCore(core, 'crowdsec', ['-c', config, '-no-cs']), { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  await answers(`${url}/health`);
  const file = join(folder, 'decisions.csv');
  writeFileSync(
    file,
    `duration,scope,type,value\n${prefixes.map((prefix) => `24h,ip,ban,${prefix}\n`).join('')}`,
  );
  command(['-c', config, 'decisions', 'import', '-i', file]);
  return {
    port,
    usage: () => Promise.resolve(usageOf(child.pid)),
    stop: () => stop(child, folder),
  };
}

function configure(folder: string, port: number): string {
  const place = (name: string): string => JSON.stringify(join(folder, name));
  mkdirSync(join(folder, 'hub'));
  writeFileSync(join(folder, 'hub', '.index.json'), '{}');
  writeFileSync(join(folder, 'simulation.yaml'), 'simulation: off\n');
  writeFileSync(join(folder, 'console.yaml'), 'share_manual_decisions: false\n');
  writeFileSync(
    join(folder, 'profiles.yaml'),
    'name: bench\nfilters:\n - Alert.GetScope() == "Ip"\ndecisions:\n - type: ban\n   duration: 24h\non_success: break\n',
  );
  const file = join(folder, 'config.yaml');
  writeFileSync(
    file,
    `common: {daemonize: false, log_media: stdout, log_level: error, log_dir: ${place('.')}, working_dir: ${place('.')}}
config_paths: {config_dir: ${place('.')}, data_dir: ${place('.')}, simulation_path: ${place('simulation.yaml')},
  hub_dir: ${place('hub')}, index_path: ${place('hub/.index.json')}}
db_config: {type: sqlite, db_path: ${place('decisions.db')}, use_wal: true, flush: {max_items: 1000000, max_age: 30d}}
api:
  client: {credentials_path: ${place('credentials.yaml')}}
  server: {enable: true, log_level: error, listen_uri: "127.0.0.1:${port}", profiles_path: ${place('profiles.yaml')},
    console_path: ${place('console.yaml')}}
prometheus: {enabled: false}
`,
  );
  return file;
}

function command(words: readonly string[]): void {
  const { status, stderr } = spawnSync('cscli', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cscli ${words.slice(2, 4).join(' ')}: ${stderr}`);
}

async function answers(url: string): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const response = await fetch(url).catch(() => null);
    if (response !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('crowdsec did not answer');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
  rmSync(folder, { recursive: true, force: true });
}
