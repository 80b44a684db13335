/**
 * Who runs on which core: a server has one for itself, and whoever asks it another, so that neither takes time of the other.
 */
import { spawnSync } from 'node:child_process';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const canPin = [SERVER_CORE, LOAD_CORE].every(
  (core) => spawnSync('taskset', ['-c', String(core), 'true']).status === 0,
);

/**
 * The words that start a program, and all its threads, on one core from its first instruction; the words as they are where
 * `taskset` or the second core is missing.
 */
export function onCore(core: number, program: string, words: readonly string[] = []): [string, string[]] {
  return canPin ? ['taskset', ['-c', String(core), program, ...words]] : [program, [...words]];
}

/** What a report says of it. */
export function describePinning(): string {
  return canPin
    ? `servers pinned to core ${SERVER_CORE}, load to core ${LOAD_CORE}`
    : 'nothing is pinned: taskset or a second core is missing';
}
