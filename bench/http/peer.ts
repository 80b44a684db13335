/**
 * A process of the benchmark and what is asked of it: one message in, one message out, in order.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { onCore } from '../measure/cores.ts';

/** What went wrong on the other end. */
const failureSchema = z.object({ failure: z.string() });

/** A process started from a file of this folder, on a core of its own where the system can pin processes. */
export class Peer {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static start(file: string, core: number): Peer {
    const [execPath, execArgv] = onCore(core, process.execPath, ['--import', 'tsx']);
    return new Peer(fork(fileURLToPath(new URL(file, import.meta.url)), { execPath, execArgv }));
  }

  /** Sends a request and resolves with the answer, as `read` understands it. */
  ask<T>(request: object, read: (answer: unknown) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error('a process of the benchmark ended too early'));
      this.#child.once('exit', gone);
      this.#child.once('message', (answer) => {
        this.#child.off('exit', gone);
        const failed = failureSchema.safeParse(answer);
        if (failed.success) return reject(new Error(failed.data.failure));
        try {
          resolve(read(answer));
        } catch (error) {
          reject(error);
        }
      });
      this.#child.send(request);
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await gone;
  }
}

/** The other end: answers every request with what `answer` makes of it, and ends when the parent lets go. */
export function answerRequests(answer: (request: unknown) => Promise<object>): void {
  process.on('message', (request) => {
    answer(request).then(
      (reply) => process.send?.(reply),
      (error: unknown) => {
        const failure = error instanceof Error ? error.message : String(error);
        process.send?.({ failure } satisfies z.infer<typeof failureSchema>);
      },
    );
  });
  process.once('disconnect', () => process.exit(0));
}
