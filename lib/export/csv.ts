/**
 * A row for every subject that something is known of, and for every entry of the lists (RFC 4180).
 */
import { formatPrefix } from '../net/prefix.ts';
import type { Format } from './format.ts';
import { isAbout } from './ruling.ts';
import type { Said } from './walk.ts';

const COLUMNS = 'prefix,class,action,spam,low,high,observations,reporters,lastSeen,list,reason';

export function csv(): Format {
  return {
    sameAs: (said) => rowOf(said) === null,
    withFaces: false,
    head: (family) => (family === 4 ? [COLUMNS] : []),
    line: rowOf,
  };
}

function rowOf({ prefix, ruling }: Said): string | null {
  if (ruling === null) return null;
  const { policy, reputation, listing, reason } = ruling;
  const text = formatPrefix(prefix);
  const about = reputation !== null && isAbout(ruling, prefix);
  if (!about && listing?.prefix !== text) return null;
  const evidence = about
    ? [
        rounded(reputation.spam),
        rounded(reputation.interval[0]),
        rounded(reputation.interval[1]),
        rounded(reputation.observations),
        String(reputation.reporters),
        reputation.lastSeen === null ? '' : new Date(reputation.lastSeen).toISOString(),
      ]
    : ['', '', '', '', '', ''];
  return [text, policy.class, policy.action, ...evidence, listing?.list ?? '', quoted(reason)].join(',');
}

function rounded(value: number): string {
  return String(Math.round(value * 10_000) / 10_000);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
