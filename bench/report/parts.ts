/**
 * The benchmarks of one report, in their order.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

/** One of them: a folder beside this one, and what it is told when all is to be small. */
export interface Part {
  readonly folder: string;
  readonly quick: readonly string[];
  readonly node?: readonly string[];
}

export const PARTS: readonly Part[] = [
  { folder: 'engine', quick: [] },
  { folder: 'allocation', quick: ['--rounds', '2'], node: ['--expose-gc'] },
  { folder: 'growth', quick: ['--most', '100000'] },
  {
    folder: 'http',
    quick: [
      '--senders',
      '100000',
      '--rounds',
      '2',
      '--seconds',
      '0.5',
      '--stream',
      '50000',
      '--stream-rounds',
      '1',
    ],
  },
  { folder: 'intake', quick: [] },
  { folder: 'commands', quick: [] },
  { folder: 'smtp', quick: ['--rounds', '2', '--calls', '100'] },
  { folder: 'dns', quick: ['--rounds', '2', '--seconds', '1'] },
];

/** Where every part leaves its rounds, and the report is. */
export const RESULTS = 'bench/results';

/** Runs one as a process of its own; what it prints goes to `say`, how far it is to standard error. True when it ended well. */
export async function runPart(
  { folder, node = [] }: Part,
  options: readonly string[],
  say: (text: string) => void,
): Promise<boolean> {
  // Whatever is found there afterwards is of this run.
  rmSync(fileOf(folder), { force: true });
  const words = ['--import', 'tsx', `bench/${folder}/main.ts`, '--json', fileOf(folder), ...options];
  const child = spawn(process.execPath, [...node, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8').on('data', say);
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) say(`\n${folder} ended with ${status}\n`);
  return status === 0;
}

/** What each of them left when it ran last, by folder; null where one never did, or had nothing to measure with. */
export function lastFigures(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    PARTS.map(({ folder }) => {
      const file = fileOf(folder);
      return [folder, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null];
    }),
  );
}

function fileOf(folder: string): string {
  return `${RESULTS}/${folder}.json`;
}
