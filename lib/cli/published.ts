/**
 * Published allocations from files, in either format they come in.
 */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LineSplitter } from '../allocation/lines.ts';
import { PrefixlenReader } from '../allocation/prefixlen.ts';
import type { PublishedRow, RowRefusal } from '../allocation/published.ts';
import type { AllocationRows } from '../allocation/rows.ts';
import { RpslReader } from '../allocation/rpsl.ts';
import { openInput } from './input.ts';
import { progressBar } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** What the reader of either format gives for a line, and at the end. */
interface RowReader {
  line(text: string): readonly PublishedRow[];
  end(): readonly PublishedRow[];
}

/** What came of a file. */
export interface PublishedCounts {
  readonly taken: number;
  readonly refused: number;
}

/**
 * Adds a file's allocations to `rows`; each refused row goes to `onRefusal`. Throws `BrokenInput` when the file cannot be
 * read to its end.
 */
export async function readPublished(
  path: string,
  rows: AllocationRows,
  onRefusal: (refusal: RowRefusal) => void,
  terminal: Terminal,
): Promise<PublishedCounts> {
  const input = await openInput(path, terminal.stdin);
  if (!input.ok) throw input.error;
  const { bytes, size, taken } = input.value;
  const date = path === '-' ? 0 : Math.floor((await stat(path)).mtimeMs / 1000);
  const bar = progressBar(basename(path), size, terminal);
  const counts = { taken: 0, refused: 0 };
  const take = (read: readonly PublishedRow[]): void => {
    for (const row of read) {
      if (row.ok) {
        rows.add(row.value);
        counts.taken++;
      } else {
        onRefusal(row.error);
        counts.refused++;
      }
    }
  };
  // Dumps are in ISO-8859-1, prefixlen files in UTF-8; what is read of either is ASCII.
  const splitter = new LineSplitter('latin1');
  const reader = sniffingReader(basename(path), date);
  try {
    for await (const chunk of bytes) {
      for (const line of splitter.push(chunk)) take(reader.line(line));
      bar.update(taken());
    }
    for (const line of splitter.end()) take(reader.line(line));
    take(reader.end());
  } finally {
    bar.stop();
  }
  return counts;
}

/** An attribute of an RPSL object; no prefix has a space after its first colon. */
const RPSL_ATTRIBUTE = /^(?:[a-z][a-z0-9-]*:(?:\s|$)|inet6?num:)/i;

/** Decides for a format at the first line that is neither blank nor a comment. */
function sniffingReader(reference: string, date: number): RowReader {
  let reader: RowReader | null = null;
  const skipped: string[] = [];
  return {
    line: (text) => {
      if (reader !== null) return reader.line(text);
      skipped.push(text);
      if (/^\s*(?:[#%]|$)/.test(text)) return [];
      reader = RPSL_ATTRIBUTE.test(text)
        ? new RpslReader({ source: reference, date })
        : prefixlenRows(reference, date);
      const chosen = reader;
      return skipped.splice(0).flatMap((line) => chosen.line(line));
    },
    end: () => reader?.end() ?? [],
  };
}

function prefixlenRows(reference: string, date: number): RowReader {
  const reader = new PrefixlenReader({ reference, date });
  return {
    line: (text) => {
      const row = reader.line(text);
      return row === undefined ? [] : [row];
    },
    end: () => [],
  };
}
