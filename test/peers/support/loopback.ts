/** The loopback interface of the network namespace that the tests run in. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { mustRun } from './run.ts';

/** Gives addresses to the loopback interface, so that a client may send from them. They end with the namespace. */
export async function addToLoopback(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    const length = address.includes(':') ? 128 : 32;
    await mustRun('ip', ['address', 'replace', `${address}/${length}`, 'dev', 'lo', 'nodad']);
  }
}

/** A TCP port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '::');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}

/** Waits until somebody listens; `alive` throws when nobody ever will. */
export async function listening(port: number, alive: () => void = () => undefined): Promise<void> {
  for (;;) {
    alive();
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '::1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
      socket.once('connect', () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
