/**
 * The store the benchmarks read: built once, kept in the system's temporary folder, and built anew when the code that
 * wrote it changed or its evidence has grown old.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { recordEvidence } from './evidence.ts';
import type { Senders } from './senders.ts';

const FILE = 'evidence.mdb';
const MAX_AGE_MS = 3 * 86_400_000;
/** Code whose change makes a store that was built before a different one. */
const SOURCES = [
  '../../lib/store/codec/',
  '../../lib/store/embedded/pending.ts',
  '../../lib/store/impulse.ts',
  '../../lib/reputation/cascade.ts',
  '../../lib/reputation/recent.ts',
  '../../lib/reputation/rung.ts',
  '../../lib/reputation/tally.ts',
  '../../lib/reputation/verdict.ts',
  '../../lib/allocation/ladder.ts',
  './',
];

/** The folder of a store that knows all the senders. Not to be written to: see `scratchCopy`. */
export async function storeOf(senders: Senders): Promise<string> {
  const folder = join(tmpdir(), 'prefixwise-bench', `${senders.count}-${fingerprint()}`);
  const marker = join(folder, 'built');
  if (existsSync(marker) && Date.now() - statSync(marker).mtimeMs < MAX_AGE_MS) return folder;
  rmSync(folder, { recursive: true, force: true });
  const store = new EmbeddedStore(folder);
  const started = performance.now();
  await recordEvidence(senders, store, AllocationTable.of(senders.published), Date.now(), (share) => {
    process.stderr.write(`\rbuilding a store of ${senders.count} senders: ${Math.floor(share * 100)} %`);
  });
  await store.close();
  publish(senders, folder);
  process.stderr.write(`, ${Math.round((performance.now() - started) / 1000)} s\n`);
  writeFileSync(marker, '');
  return folder;
}

/** A copy that may be written to, and how to throw it away. */
export function scratchCopy(folder: string): { readonly folder: string; readonly remove: () => void } {
  const copy = mkdtempSync(join(tmpdir(), 'prefixwise-bench-'));
  copyFileSync(join(folder, FILE), join(copy, FILE));
  return { folder: copy, remove: () => rmSync(copy, { recursive: true, force: true }) };
}

/** Imports what the networks publish, as an operator does. */
function publish(senders: Senders, folder: string): void {
  const file = join(folder, 'published.csv');
  const lines = senders.published.map(
    ({ prefix, endSiteLength }) => `${formatPrefix(prefix)},${endSiteLength}\n`,
  );
  writeFileSync(file, lines.join(''));
  const cli = fileURLToPath(new URL('../../functions/cli.ts', import.meta.url));
  const env = { ...process.env, DATA_DIR: folder };
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', cli, 'import', file], { env });
  if (status !== 0) throw new Error(`the import failed: ${stderr}`);
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const url = new URL(source, import.meta.url);
    const files = source.endsWith('/')
      ? readdirSync(url)
          .sort()
          .map((name) => new URL(name, url))
      : [url];
    for (const file of files) hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}
