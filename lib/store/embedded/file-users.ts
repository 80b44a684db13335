/**
 * Who uses a file in this process. Where it is one store, LMDB's own thread may hold the lock of the file while it waits for the thread
 * that answers (see write-queue.ts). With a second one that thread could come to wait for the lock: then each waits for the other.
 */
export interface FileUser {
  /** Whether LMDB's thread has the lock, or waits for it, and waits for this one. */
  readonly isLocking: boolean;
}

const usersOf = new Map<string, Set<FileUser>>();

/** To be asked before a file is opened, which takes its lock. Throws when that would wait for ever. */
export function refuseWhileLocked(path: string): void {
  for (const { isLocking } of usersOf.get(path) ?? [])
    if (isLocking) throw new Error('this process is writing to it at this moment: open it once in a process');
}

export function enter(path: string, user: FileUser): void {
  usersOf.set(path, (usersOf.get(path) ?? new Set()).add(user));
}

export function leave(path: string, user: FileUser): void {
  const users = usersOf.get(path);
  users?.delete(user);
  if (users?.size === 0) usersOf.delete(path);
}

export function isShared(path: string): boolean {
  return (usersOf.get(path)?.size ?? 0) > 1;
}
