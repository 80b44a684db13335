/**
 * What an import did, in words.
 */

import type { SourceRecord } from '../published/import-records.ts';
import type { FileReport, FollowReport, ImportReport, SourceReport } from '../published/import-source.ts';
import { count } from './import-progress.ts';
import { printable } from './terminal.ts';

/** One file, the line ended. */
export function fileText({ name, format, signed, brokenOff, taken, refused }: FileReport): string {
  const signature = signed ? '; its signature was not verified' : '';
  const kind = format ?? 'nothing but comments';
  const end = brokenOff === null ? '' : `import: ${printable(brokenOff.message)}; what came before counts\n`;
  return `${printable(name)} (${kind}): ${count(taken)} taken, ${count(refused)} refused${signature}\n${end}`;
}

/** One source and what its pointers led to, each line ended. */
export function sourceText({ source, followed }: ImportReport, dryRun: boolean): string {
  return sourceLine(source, dryRun) + (followed === null ? '' : followText(followed, dryRun));
}

/** What holds after the swap. */
export function inForceText(sources: ReadonlyMap<string, SourceRecord>): string {
  let ipv4 = 0;
  let ipv6 = 0;
  for (const source of sources.values()) {
    ipv4 += source.ipv4;
    ipv6 += source.ipv6;
  }
  return `in force: ${families({ ipv4, ipv6 })} of ${sources.size} source${sources.size === 1 ? '' : 's'}\n`;
}

/** The sources as they are, a line each. */
export function sourceListText(sources: ReadonlyMap<string, SourceRecord>): string {
  if (sources.size === 0) return 'nothing was imported yet\n';
  return [...sources]
    .map(([name, { ipv4, ipv6, at, files }]) => {
      const when = new Date(at).toISOString().slice(0, 10);
      return `${name}: ${families({ ipv4, ipv6 })}, imported ${when} from ${files.map(printable).join(', ')}\n`;
    })
    .join('');
}

function sourceLine({ name, outcome, now, before }: SourceReport, dryRun: boolean): string {
  const had = before === null ? 'it is new' : `it had ${families(before)}`;
  switch (outcome) {
    case 'taken':
      return `source ${name}: ${dryRun ? 'would have' : 'has'} ${families(now)}; ${had}\n`;
    case 'empty':
      return before === null
        ? `source ${name}: nothing usable\n`
        : `source ${name}: nothing usable, so it keeps what it had: ${families(before)}\n`;
    case 'shrunk':
      return (
        `source ${name}: ${families(now)} would be less than half of what it had, ` +
        `${before === null ? '' : families(before)}, so it keeps that; --allow-shrink if it is right\n`
      );
  }
}

function followText({ pointers, files, fetches, source }: FollowReport, dryRun: boolean): string {
  const lead = `${count(pointers)} pointers to ${count(files)} files`;
  if (fetches === null) return `${lead}${files > 0 ? ', not followed in a dry run' : ''}\n`;
  const { fetched, unchanged, failed, notDue, postponed } = fetches;
  const parts = [
    `${count(fetched)} fetched`,
    `${count(unchanged)} unchanged`,
    `${count(failed)} failed`,
    `${count(notDue)} not due`,
    ...(postponed > 0 ? [`${count(postponed)} left to the next run`] : []),
  ];
  return `${lead}: ${parts.join(', ')}\n${source === null ? '' : sourceLine(source, dryRun)}`;
}

function families({ ipv4, ipv6 }: { readonly ipv4: number; readonly ipv6: number }): string {
  return `${count(ipv4)} IPv4 and ${count(ipv6)} IPv6 allocations`;
}
