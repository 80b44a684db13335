/**
 * An exported zone in rbldnsd on one core, and dnsperf on another that asks about senders as often as they come in real mail.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, bitsOf } from '../../lib/net/address.ts';
import { Random } from '../accuracy/random.ts';
import { type Usage, usageOf } from '../http/usage.ts';
import { runCli } from '../measure/command.ts';
import { LOAD_CORE, onCore, SERVER_CORE } from '../measure/cores.ts';
import { Popularity } from '../world/popularity.ts';
import type { Senders } from '../world/senders.ts';

const QUESTIONS = 100_000;
const ZONE = 'bl.test';
/** Sockets of dnsperf, and questions on their way. */
const CLIENTS = 4;
const OUTSTANDING = 64;
/** How often it is asked until it has read its zones. */
const TRIES = 50;

export interface ServedZone {
  readonly usage: () => Promise<Usage>;
  /** Asks for so many seconds; how many answers came. */
  ask(seconds: number): Promise<number>;
  stop(): void;
}

/** Exports the store of a folder and serves what came out. */
export async function serveZone(folder: string, senders: Senders): Promise<ServedZone> {
  const zones = mkdtempSync(join(tmpdir(), 'prefixwise-dns-'));
  // Started by root, rbldnsd gives up its rights before it reads its files.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  chmodSync(zones, 0o755);
  runCli(['export', '--format', 'rbldnsd', '--out', zones], folder);
  const questions = join(zones, 'questions');
  writeFileSync(questions, questionsAbout(senders));
  const port = await freePort();
  const data = ['ip4trie', 'ip6trie'].map((kind) => `${ZONE}:${kind}:prefixwise.${kind}`);
  const words = ['-n', '-w', zones, ...user, '-b', `127.0.0.1/${port}`, ...data];
  const child = spawn(...onCore(SERVER_CORE, 'rbldnsd', words), { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  const ask = (seconds: number): number => askWithDnsperf(port, questions, seconds);
  for (let left = TRIES; ask(0.1) === 0; left--) {
    if (left === 0 || child.exitCode !== null) throw new Error('rbldnsd did not answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    usage: () => Promise.resolve(usageOf(child.pid)),
    ask: (seconds) => Promise.resolve(ask(seconds)),
    stop: () => {
      child.kill();
      rmSync(zones, { recursive: true });
    },
  };
}

function askWithDnsperf(port: number, questions: string, seconds: number): number {
  const target = ['-s', '127.0.0.1', '-p', String(port), '-d', questions];
  const load = ['-l', String(seconds), '-c', String(CLIENTS), '-q', String(OUTSTANDING)];
  const { stdout } = spawnSync(...onCore(LOAD_CORE, 'dnsperf', [...target, ...load]), { encoding: 'utf8' });
  if (/REFUSED|SERVFAIL/.test(stdout)) throw new Error(`rbldnsd has no zone to answer from: ${stdout}`);
  const [, completed] = /Queries completed:\s+(\d+)/.exec(stdout) ?? [];
  return Number(completed ?? 0);
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

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
