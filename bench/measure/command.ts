/**
 * Our own commands, as processes of their own.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The words, after `node`, that start the command line. */
export const CLI = ['--import', 'tsx', fileURLToPath(new URL('../../functions/cli.ts', import.meta.url))];

/** Runs a command on the store of a folder; throws what it said when it fails. */
export function runCli(words: readonly string[], folder: string): void {
  const env = { ...process.env, DATA_DIR: folder };
  const { status, stderr } = spawnSync(process.execPath, [...CLI, ...words], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words[0]} failed: ${stderr}`);
}
