/** What import tests share: a publisher whose clock and chance are the test's, and files that are texts. */
import { importSource, type SourceFile, type SourceRequest } from '../../lib/published/import-source.ts';
import { type Publisher, publish, type Shelves } from '../../lib/published/publish.ts';
import { NOW } from '../support/records.ts';

export interface TestPublisher extends Publisher {
  /** What the clock shows; a test may set it. */
  now: number;
}

export function testPublisher(name = 'p'): TestPublisher {
  let ids = 0;
  const publisher: TestPublisher = {
    now: NOW,
    clock: () => publisher.now,
    chance: () => `${name}${ids++}`,
    actor: 'cli',
  };
  return publisher;
}

/** A file of these lines; with `breaksOff` reading it fails at their end. */
export function fileOf(name: string, lines: readonly string[], breaksOff = false): SourceFile {
  return {
    name,
    open: () =>
      Promise.resolve({ reference: name, date: Math.floor(NOW / 1000), bytes: bytesOf(lines, breaksOff) }),
  };
}

async function* bytesOf(lines: readonly string[], breaksOff: boolean): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
  if (breaksOff) throw new Error('unexpected end of file');
}

export interface Imported {
  readonly outcome: string;
  readonly refusals: readonly string[];
}

/** Imports lines as one source and puts them into force. */
export async function importLines(
  store: Shelves,
  name: string,
  lines: readonly string[],
  publisher: Publisher,
  changes: Partial<SourceRequest> & { readonly breaksOff?: boolean } = {},
): Promise<Imported> {
  const { breaksOff = false, ...request } = changes;
  const refusals: string[] = [];
  const files = [fileOf(name, lines, breaksOff)];
  const report = await importSource(
    store,
    { name, files, allowShrink: false, dryRun: false, fetchFile: null, ...request },
    publisher,
    { onRefusal: (file, { line, reason }) => refusals.push(`${file} ${line}: ${reason}`) },
  );
  const staged = [report.source, ...(report.followed?.source ? [report.followed.source] : [])];
  const records = new Map(
    staged.flatMap(({ name: source, record }) => (record === null ? [] : [[source, record]])),
  );
  if (records.size > 0) {
    const published = await publish(store, records, publisher);
    if (!published.ok) throw new Error(published.error);
  }
  return { outcome: report.source.outcome, refusals };
}
