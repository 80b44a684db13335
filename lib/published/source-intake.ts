/**
 * The intake of one source: rows of all its files, held against what one source may say in all.
 */
import { MAX_PREFIXLEN_ROWS, MAX_REGISTRY_ROWS, RowCap } from '../allocation/plausible.ts';
import type { Pointer } from '../allocation/pointers.ts';
import type { PublishedRow, RowRefusal } from '../allocation/published.ts';
import { AllocationRows } from '../allocation/rows.ts';
import { AllocationTable } from '../allocation/table.ts';
import { visibleAllocations } from '../allocation/visible.ts';
import { formatPrefix, hostPrefix } from '../net/prefix.ts';
import { type FileAccount, type PublishedFile, readRows } from './read-rows.ts';

export interface IntakeResult {
  readonly table: AllocationTable;
  /** Allocations that went in, by family; those that still show when they were laid over others. */
  readonly ipv4: number;
  readonly ipv6: number;
}

export interface IntakeHooks {
  /** Told of each line or object that was refused, with its file. */
  readonly onRefusal: (file: string, refusal: RowRefusal) => void;
  /** Called after every chunk read. */
  readonly onProgress?: () => void;
  /** Whether pointers to prefixlen files are kept. */
  readonly keepPointers: boolean;
}

/** Most allocations of one source; the widest registry has a few million. */
const MAX_ROWS = 10_000_000;
/** Most pointers of one source, and within one IPv6 /32 or IPv4 /16. */
const MAX_POINTERS = 100_000;
const MAX_POINTERS_PER_NEIGHBOURHOOD = 4_096;

export class SourceIntake {
  readonly pointers: Pointer[] = [];
  readonly #hooks: IntakeHooks;
  readonly #prefixlenCap = new RowCap(MAX_PREFIXLEN_ROWS);
  readonly #registryCap = new RowCap(MAX_REGISTRY_ROWS);
  readonly #pointerCap = new RowCap(MAX_POINTERS_PER_NEIGHBOURHOOD, 'pointers');
  #rows = new AllocationRows();
  #refused = 0;

  constructor(hooks: IntakeHooks) {
    this.#hooks = hooks;
  }

  /** Allocations taken so far. */
  get taken(): number {
    return this.#rows.count;
  }

  /** Lines and objects refused so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Reads a file to its end, or as far as it goes; `name` is what refusals call it. */
  read(name: string, file: PublishedFile): Promise<FileAccount> {
    const { keepPointers, onProgress } = this.#hooks;
    return readRows(file, {
      row: (row, line) => this.take(name, row, line),
      ...(keepPointers
        ? { pointer: (pointer: Pointer, line: number) => this.#point(name, pointer, line) }
        : {}),
      ...(onProgress === undefined ? {} : { progress: onProgress }),
    });
  }

  /** Takes one row that was read at `line` of a file. */
  take(name: string, row: PublishedRow, line: number): void {
    if (!row.ok) {
      this.#refuse(name, row.error);
      return;
    }
    const { prefix, origin } = row.value;
    const cap = origin === 'prefixlen' ? this.#prefixlenCap : this.#registryCap;
    const excess =
      this.#rows.count >= MAX_ROWS ? `a source has at most ${MAX_ROWS} allocations` : cap.exceededBy(prefix);
    if (excess === undefined) this.#rows.add(row.value);
    else this.#refuse(name, { line, reason: excess, text: formatPrefix(prefix) });
  }

  /** The table of everything taken, laid over `kept` if that is given; the rows are given up. */
  finish(kept?: AllocationTable): IntakeResult {
    const rows = this.#rows;
    this.#rows = new AllocationRows();
    if (kept === undefined) {
      return { table: AllocationTable.from(rows), ipv4: rows.of(4).count, ipv6: rows.of(6).count };
    }
    // Of one block stated twice on one day the row read last wins, so the kept ones come first.
    const both = new AllocationRows();
    for (const allocation of visibleAllocations(kept)) both.add(allocation);
    for (const allocation of visibleAllocations(AllocationTable.from(rows))) both.add(allocation);
    const table = AllocationTable.from(both);
    const counts = { 4: 0, 6: 0 };
    for (const { prefix } of visibleAllocations(table)) counts[prefix.family]++;
    return { table, ipv4: counts[4], ipv6: counts[6] };
  }

  #point(name: string, pointer: Pointer, line: number): void {
    const excess =
      this.pointers.length >= MAX_POINTERS
        ? `a source has at most ${MAX_POINTERS} pointers`
        : this.#pointerCap.exceededBy(hostPrefix(pointer.range.first));
    // A piece of a line holds on to the whole chunk it was read in; nobody asks for the key any more.
    if (excess === undefined) this.pointers.push({ ...pointer, objectKey: '' });
    else this.#refuse(name, { line, reason: excess, text: pointer.objectKey });
  }

  #refuse(name: string, refusal: RowRefusal): void {
    this.#refused++;
    this.#hooks.onRefusal(name, refusal);
  }
}
