/**
 * The version this is.
 */
import { existsSync, readFileSync } from 'node:fs';

/** The version in package.json: one folder up in a checkout, two from the built `dist/lib`. */
export function packageVersion(): string {
  const file = ['../package.json', '../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error('package.json is missing');
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof content === 'object' && content !== null && 'version' in content) return String(content.version);
  throw new Error('package.json has no version');
}
