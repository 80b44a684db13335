import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WriteQueue } from '../../lib/store/embedded/write-queue.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-queue-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

it('gives others their turn between writes that take long, and does all of them in their order', async () => {
  const file = open<number, string>({ path: join(directory, 'file.mdb'), noSubdir: true });
  let transactions = 0;
  const watcher = { begin: () => void transactions++, end: () => undefined, undone: () => undefined };
  const queue = new WriteQueue(file, watcher, () => undefined);
  let turns = 0;
  const turn = setInterval(() => turns++, 0);
  const done: number[] = [];
  const long = (n: number): void => {
    const end = performance.now() + 25;
    while (performance.now() < end);
    file.putSync('last', n);
    done.push(n);
  };
  await Promise.all([1, 2, 3, 4].map((n) => queue.write(() => long(n))));
  clearInterval(turn);
  expect(done).toEqual([1, 2, 3, 4]);
  expect(file.get('last')).toBe(4);
  expect(transactions).toBe(4);
  expect(turns).toBeGreaterThan(0);
  await queue.drained();
  await file.close();
});

it('rejects the one write that fails, however many transactions it takes', async () => {
  const file = open<number, string>({ path: join(directory, 'file.mdb'), noSubdir: true });
  const watcher = { begin: () => undefined, end: () => undefined, undone: () => undefined };
  const queue = new WriteQueue(file, watcher, () => undefined);
  const writes = Array.from({ length: 20 }, (_, n) =>
    queue.write(() => {
      file.putSync(`${n}`, n);
      const end = performance.now() + 6;
      while (performance.now() < end);
      if (n === 7) throw new Error('a bug of ours');
      return n;
    }),
  );
  const results = await Promise.allSettled(writes);
  expect(results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([7]);
  expect(results.flatMap((_, n) => (file.get(`${n}`) === undefined ? [n] : []))).toEqual([7]);
  await file.close();
});
