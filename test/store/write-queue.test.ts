import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WriteQueue } from '../../lib/store/embedded/write-queue.ts';

const WATCHER = {
  begin: () => undefined,
  end: () => undefined,
  failed: () => undefined,
  undone: () => undefined,
};

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
  const watcher = { ...WATCHER, begin: () => void transactions++ };
  const queue = new WriteQueue(
    file,
    watcher,
    () => undefined,
    () => false,
  );
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

it.each([
  ['this thread', false],
  ['LMDB’s', true],
])('rejects the one write that fails, however many transactions it takes on %s', async (_, isLarge) => {
  const file = open<number, string>({ path: join(directory, 'file.mdb'), noSubdir: true });
  const queue = new WriteQueue(
    file,
    WATCHER,
    () => undefined,
    () => isLarge,
  );
  const writes = Array.from({ length: 20 }, (_, n) =>
    queue.write(() => {
      file.putSync(`${n}`, n);
      const end = performance.now() + 6;
      while (performance.now() < end);
      if (n === 7) throw new Error('a bug of ours');
      return n;
    }, 1),
  );
  const results = await Promise.allSettled(writes);
  expect(results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([7]);
  expect(results.flatMap((_, n) => (file.get(`${n}`) === undefined ? [n] : []))).toEqual([7]);
  await file.close();
});

it('says why a commit on LMDB’s thread failed, and does not mix writes that memory answers of with others', async () => {
  const file = open<number, string>({ path: join(directory, 'file.mdb'), noSubdir: true });
  const told: string[] = [];
  const watcher = {
    begin: () => void told.push('begin'),
    end: () => void told.push('end'),
    failed: () => void told.push('failed'),
    undone: () => void told.push('undone'),
  };
  const queue = new WriteQueue(
    file,
    watcher,
    () => undefined,
    () => true,
  );
  const onThread = vi.spyOn(file, 'transaction').mockImplementationOnce(() => {
    const commitError = Promise.reject(new Error('no room on the disk'));
    return Promise.reject(Object.assign(new Error('Commit failed'), { commitError }));
  });
  await expect(queue.write(() => 1, 1)).rejects.toThrow('no room on the disk');
  expect(told).toEqual(['failed']);
  const order: number[] = [];
  const write = (n: number, remembered: number) =>
    queue.write(() => {
      file.putSync(`${n}`, n);
      order.push(n);
    }, remembered);
  await Promise.all([write(1, 1), write(2, 1), write(3, 0), write(4, 1)]);
  expect(order).toEqual([1, 2, 3, 4]);
  expect(onThread).toHaveBeenCalledTimes(3);
  expect(told).toEqual(['failed', 'begin', 'end', 'begin', 'end', 'begin', 'end']);
  await file.close();
});
