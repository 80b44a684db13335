/**
 * `npm run bench:dns`: the exported zone served by rbldnsd, asked by dnsperf, beside single lookups over HTTP on the same
 * evidence. Both programs are Debian's (`rbldnsd`, `dnsperf`); where one is missing, that is said.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type Address, bitsOf } from '../../lib/net/address.ts';
import { Random } from '../accuracy/random.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { whole, withRange } from '../measure/print.ts';
import { spreadOf } from '../measure/statistics.ts';
import { Popularity } from '../world/popularity.ts';
import { Senders } from '../world/senders.ts';
import { scratchCopy, storeOf } from '../world/store.ts';

const SENDERS = 100_000;
const QUESTIONS = 100_000;
const ROUNDS = 5;
const SECONDS = 3;
const PORT = 15_353;
const ZONE = 'bl.test';
const CLI = fileURLToPath(new URL('../../functions/cli.ts', import.meta.url));

const { json } = new Command('bench:dns')
  .option('--json <file>', 'write every round to a file')
  .parse()
  .opts<{ json?: string }>();

const machine = thisMachine();
console.log(describeMachine(machine));
const missing = ['rbldnsd', 'dnsperf'].filter((name) => spawnSync(name, ['-h']).error !== undefined);
if (missing.length > 0) console.log(`not installed here, nothing is measured: ${missing.join(', ')}`);
else await measure();

async function measure(): Promise<void> {
  const senders = new Senders(SENDERS);
  const { folder, remove } = scratchCopy(await storeOf(senders));
  const zones = mkdtempSync(join(tmpdir(), 'prefixwise-dns-'));
  // rbldnsd gives up its rights before it reads its files.
  chmodSync(zones, 0o755);
  const words = ['--import', 'tsx', CLI, 'export', '--format', 'rbldnsd', '--out', zones];
  const { status, stderr } = spawnSync(process.execPath, words, {
    env: { ...process.env, DATA_DIR: folder },
  });
  if (status !== 0) throw new Error(`the export failed: ${stderr}`);
  const questions = join(zones, 'questions');
  writeFileSync(questions, questionsAbout(senders));
  const server = startRbldnsd(zones);
  const perSecond: number[] = [];
  for (let round = 0; round < ROUNDS; round++) perSecond.push(await askWithDnsperf(questions));
  server.kill();
  remove();
  rmSync(zones, { recursive: true });
  console.log(
    `rbldnsd: ${withRange(spreadOf(perSecond), whole)} queries a second, zone of ${SENDERS} subjects`,
  );
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, perSecond })}\n`);
}

function startRbldnsd(zones: string): ChildProcess {
  const data = `${ZONE}:ip4trie:prefixwise.ip4trie`;
  const more = `${ZONE}:ip6trie:prefixwise.ip6trie`;
  const words = ['-n', '-w', zones, '-u', 'nobody', '-b', `127.0.0.1/${PORT}`, data, more];
  return spawn('rbldnsd', words, { stdio: 'ignore' });
}

/** Queries a second of one slice; asked until the server has read its zones. */
async function askWithDnsperf(questions: string): Promise<number> {
  const words = [
    '-s',
    '127.0.0.1',
    '-p',
    `${PORT}`,
    '-d',
    questions,
    '-l',
    `${SECONDS}`,
    '-c',
    '4',
    '-q',
    '64',
  ];
  for (let left = 5; left > 0; left--) {
    const { stdout } = spawnSync('dnsperf', words, { encoding: 'utf8' });
    const [, figure] = /Queries per second:\s+([\d.]+)/.exec(stdout) ?? [];
    if (Number(figure) > 0) return Number(figure);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('rbldnsd did not answer');
}

/** As often as each sender comes in real mail. */
function questionsAbout(senders: Senders): string {
  const random = new Random(20_270, 'dns');
  const popularity = new Popularity(senders.count);
  let text = '';
  for (let i = 0; i < QUESTIONS; i++) {
    text += `${reversed(senders.addressOf(popularity.draw(random), random))}.${ZONE} A\n`;
  }
  return text;
}

/** RFC 5782 section 2: octets or nibbles, the last first. */
function reversed({ family, w0, w1, w2, w3 }: Address): string {
  if (family === 4) return [w0 & 255, (w0 >>> 8) & 255, (w0 >>> 16) & 255, w0 >>> 24].join('.');
  const digits = [w0, w1, w2, w3].map((word) => word.toString(16).padStart(8, '0')).join('');
  return [...digits]
    .slice(0, bitsOf(6) / 4)
    .reverse()
    .join('.');
}
