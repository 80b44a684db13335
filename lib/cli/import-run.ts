/**
 * One run of `import` on an open store: sources in, one swap, words out.
 */
import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FetchFile } from '../published/follow/fetch-file.ts';
import { readSources, type SourceRecord } from '../published/import-records.ts';
import {
  followedName,
  type ImportHooks,
  importSource,
  type SourceFile,
  type SourceReport,
} from '../published/import-source.ts';
import { type Publisher, publish, type SourceChanges } from '../published/publish.ts';
import type { PublishedFormat } from '../published/reader.ts';
import type { Store } from '../store/port.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type ImportProgress, importProgress } from './import-progress.ts';
import { fileText, inForceText, sourceListText, sourceText } from './import-text.ts';
import { BrokenInput, openInput } from './input.ts';
import type { RefusedLines } from './refused-lines.ts';
import { printable, type Terminal } from './terminal.ts';

export interface ImportOptions {
  readonly format?: PublishedFormat;
  readonly follow?: boolean;
  readonly dryRun?: boolean;
  readonly allowShrink?: boolean;
}

export interface RunParts {
  readonly store: Store;
  readonly terminal: Terminal;
  readonly options: ImportOptions;
  readonly refused: RefusedLines;
  readonly fetchFile: FetchFile;
}

/** The file that is being read. */
interface Reading {
  readonly progress: ImportProgress;
  readonly bytes: () => number;
  /** Rows of the source before this file. */
  readonly before: number;
}

const PUBLISHER: Publisher = { clock: Date.now, chance: () => randomBytes(4).toString('hex'), actor: 'cli' };

export class ImportRun {
  readonly #parts: RunParts;
  #reading: Reading | null = null;
  #rows = 0;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Prints the sources. */
  async list(): Promise<ExitCode> {
    const { store, terminal } = this.#parts;
    terminal.stdout.write(sourceListText(await readSources(store.records)));
    return EXIT.ok;
  }

  /** Removes sources with their followed files. */
  async remove(names: readonly string[]): Promise<ExitCode> {
    const sources = await readSources(this.#parts.store.records);
    const changes = new Map<string, null>();
    for (const name of names) {
      if (!sources.has(name)) return this.#complain(`there is no source ${printable(name)}`, EXIT.refused);
      changes.set(name, null);
      if (sources.has(followedName(name))) changes.set(followedName(name), null);
    }
    const { options, terminal } = this.#parts;
    if (options.dryRun !== true) return this.#publish(changes, EXIT.ok);
    terminal.stdout.write(`would remove ${[...changes.keys()].join(', ')}\n`);
    return EXIT.ok;
  }

  /** Imports the files of each source and puts all of them into force at once. */
  async import(plan: ReadonlyMap<string, readonly string[]>): Promise<ExitCode> {
    const { store, options, terminal, refused, fetchFile } = this.#parts;
    const { allowShrink = false, dryRun = false, follow = false } = options;
    const reports: SourceReport[] = [];
    try {
      for (const [name, paths] of plan) {
        this.#rows = 0;
        const files = paths.map((path) => this.#file(path));
        const request = { name, files, allowShrink, dryRun, fetchFile: follow ? fetchFile : null };
        const report = await importSource(store, request, PUBLISHER, this.#hooks());
        terminal.stdout.write(sourceText(report, dryRun));
        reports.push(report.source, ...(report.followed?.source ? [report.followed.source] : []));
      }
    } catch (error) {
      if (error instanceof BrokenInput) return this.#complain(error.message, EXIT.noInput);
      throw error;
    } finally {
      this.#reading?.progress.stop();
      await refused.close();
    }
    const code = exitOf(reports);
    return dryRun ? code : this.#publish(changesOf(reports), code);
  }

  async #publish(changes: SourceChanges, code: ExitCode): Promise<ExitCode> {
    if (changes.size === 0) return code;
    const { store, terminal } = this.#parts;
    const published = await publish(store, changes, PUBLISHER);
    if (!published.ok) return this.#complain(published.error, EXIT.unavailable);
    terminal.stdout.write(inForceText(await readSources(store.records)));
    return code;
  }

  #file(path: string): SourceFile {
    const { terminal, options } = this.#parts;
    const name = path === '-' ? 'standard input' : path;
    return {
      name,
      open: async () => {
        const input = await openInput(path, terminal.stdin);
        if (!input.ok) throw input.error;
        const { bytes, size, taken } = input.value;
        const work = { name: basename(path), total: size, items: 'rows' } as const;
        const progress = importProgress(work, terminal, Date.now);
        this.#reading = { progress, bytes: taken, before: this.#rows };
        const made = path === '-' ? Date.now() : Math.min((await stat(path)).mtimeMs, Date.now());
        return { reference: basename(path), date: Math.floor(made / 1000), bytes, format: options.format };
      },
    };
  }

  #hooks(): ImportHooks {
    const { terminal, refused } = this.#parts;
    let fetching: ImportProgress | null = null;
    return {
      onRefusal: (file, refusal) => refused.add(file, refusal),
      onRows: (taken, rejected) => {
        this.#rows = taken + rejected;
        const { progress, bytes, before } = this.#reading ?? {};
        progress?.update(bytes?.() ?? 0, this.#rows - (before ?? 0));
      },
      onFile: (file) => {
        this.#reading?.progress.stop();
        terminal.stdout.write(fileText(file));
      },
      onFetchFailure: (url, reason) => {
        terminal.stderr.write(`import: ${printable(url)}: ${printable(reason)}\n`);
      },
      onFetched: (done, total) => {
        fetching ??= importProgress({ name: 'pointers', total, items: 'files' }, terminal, Date.now);
        fetching.update(done, done);
        if (done === total) {
          fetching.stop();
          fetching = null;
        }
      },
    };
  }

  #complain(text: string, code: ExitCode): ExitCode {
    this.#parts.terminal.stderr.write(`import: ${text}\n`);
    return code;
  }
}

function changesOf(reports: readonly SourceReport[]): SourceChanges {
  const changes = new Map<string, SourceRecord>();
  for (const { name, record } of reports) if (record !== null) changes.set(name, record);
  return changes;
}

/** A run is at fault only when nothing of it could be used, or a source refused to shrink. */
function exitOf(reports: readonly SourceReport[]): ExitCode {
  if (reports.some(({ outcome }) => outcome === 'shrunk')) return EXIT.refused;
  return reports.every(({ outcome }) => outcome === 'empty') ? EXIT.dataError : EXIT.ok;
}
