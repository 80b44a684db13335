/** The recorded mail stream of `bench/data`, as traffic: real senders, in time order, every report trusted. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Label, Traffic, TrafficEvent } from './traffic.ts';

const FILE = new URL('../data/mail-stream.csv.gz', import.meta.url);

/** Reads the whole stream; a line that is not `at,address,verdict` is a broken file and throws. */
export function readStream(): Traffic {
  const [header, ...lines] = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
  if (header?.trim() !== 'at,address,verdict') throw new Error('not the mail stream');
  return {
    name: 'mail-stream',
    events: lines.map(parseLine),
    published: '',
    endSiteOf() {
      throw new Error('nobody knows the end sites of recorded mail');
    },
  };
}

function parseLine(line: string, index: number): TrafficEvent {
  const [time = '', address = '', label = ''] = line.trim().split(',');
  const at = Date.parse(time);
  if (Number.isNaN(at) || !isLabel(label)) throw new Error(`line ${index + 2} of the mail stream: ${line}`);
  return { id: `mail-${index}`, at, address, verdict: label };
}

function isLabel(text: string): text is Label {
  return text === 'spam' || text === 'ham';
}
