/**
 * What the HTTP benchmark is asked to do, from its command line.
 */
import { Command, InvalidArgumentError } from 'commander';

export interface Settings {
  readonly senders: number;
  readonly rounds: number;
  /** Length of one slice of load. */
  readonly seconds: number;
  readonly connections: number;
  /** Verdicts in one NDJSON stream, */
  readonly stream: number;
  /** and how often one is sent. */
  readonly streamRounds: number;
  /** Whether others' services run beside ours, where they are installed. */
  readonly rivals: boolean;
  /** Only the heats whose name contains this. */
  readonly only: string;
  readonly json: string | undefined;
}

/** Reads the options; a wrong one ends the process with a message, as commander does. */
export function settingsOf(argv: readonly string[]): Settings {
  const options = new Command('bench:http')
    .option('--senders <count>', 'subjects in the store', wholeNumber, 1_000_000)
    .option('--rounds <count>', 'rounds, each with a slice of load for every contestant', wholeNumber, 9)
    .option('--seconds <count>', 'length of a slice', Number, 2)
    .option('--connections <count>', 'connections of single lookups and verdicts', wholeNumber, 32)
    .option('--stream <count>', 'verdicts in one stream', wholeNumber, 1_000_000)
    .option('--stream-rounds <count>', 'rounds of the stream', wholeNumber, 3)
    .option('--no-rivals', 'leave out CrowdSec and Redis')
    .option('--only <name>', 'only the heats with this in their name: lookup, bulk, verdicts or stream', '')
    .option('--json <file>', 'write every round to a file')
    .parse(argv)
    .opts<Omit<Settings, 'json'> & { json?: string }>();
  return { ...options, json: options.json };
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError(`${text} is no whole number above 0`);
  return Number(text);
}
