/**
 * What the accuracy benchmark is asked to do, from its command line.
 */
import { Command, InvalidArgumentError } from 'commander';
import { FAMILIES } from './families.ts';
import type { MakeJudge } from './judges/judge.ts';
import { BASELINES, ORACLE } from './judges.ts';
import { OURS, ours } from './ours.ts';
import type { Family } from './traffic.ts';

export interface Settings {
  readonly seeds: readonly number[];
  readonly families: readonly Family[];
  readonly judges: ReadonlyMap<string, MakeJudge>;
  /** Milliseconds from a message to its verdict. */
  readonly delay: number;
  readonly stream: boolean;
  readonly json: string | undefined;
  readonly check: boolean;
}

const EVERYBODY: Readonly<Record<string, MakeJudge>> = { ...BASELINES, ...ORACLE, [OURS]: ours };

/** Reads the options; a wrong one ends the process with a message, as commander does. */
export function settingsOf(argv: readonly string[]): Settings {
  const command = new Command('bench:accuracy')
    .option('--seeds <list>', 'seeds, separated by commas', wholeNumbers, [1, 2, 3, 4, 5])
    .option(
      '--family <list>',
      'only these families, separated by commas',
      namesAmong(FAMILIES.map(({ name }) => name)),
    )
    .option('--judge <list>', 'only these judges, separated by commas', namesAmong(Object.keys(EVERYBODY)))
    .option('--delay <minutes>', 'how long after a message its verdict arrives', wholeNumber, 0)
    .option('--no-stream', 'leave the recorded mail stream out')
    .option('--json <file>', 'write every run of every seed to a file')
    .option('--check', 'exit with 1 when a target is missed')
    .parse(argv);
  const options = command.opts<{
    seeds: number[];
    family?: string[];
    judge?: string[];
    delay: number;
    stream: boolean;
    json?: string;
    check?: boolean;
  }>();
  return {
    seeds: options.seeds,
    families: FAMILIES.filter(({ name }) => options.family?.includes(name) ?? true),
    judges: new Map(
      Object.entries(EVERYBODY).filter(
        ([name]) => options.judge?.includes(name) ?? (name !== OURS || options.delay === 0),
      ),
    ),
    delay: options.delay * 60_000,
    stream: options.stream,
    json: options.json,
    check: options.check ?? false,
  };
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError(`${text} is no whole number`);
  return Number(text);
}

function wholeNumbers(list: string): number[] {
  return list.split(',').map(wholeNumber);
}

function namesAmong(known: readonly string[]): (list: string) => string[] {
  return (list) => {
    const names = list.split(',');
    const stranger = names.find((name) => !known.includes(name));
    if (stranger !== undefined) throw new InvalidArgumentError(`${stranger} is none of: ${known.join(', ')}`);
    return names;
  };
}
