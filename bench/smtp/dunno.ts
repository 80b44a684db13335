/**
 * The least that asking costs: a policy service in the protocol of Postfix that reads nothing of a request but its end, and
 * has nothing against anybody.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface DunnoServer {
  /** As Postfix writes it. */
  readonly place: string;
  stop(): void;
}

export async function startDunno(): Promise<DunnoServer> {
  const server = createServer((socket) => {
    let last = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      for (let at = 0; at < text.length; at++) {
        if (text[at] === '\n' && last === '\n') socket.write('action=DUNNO\n\n');
        last = text[at] === '\n' && last === '\n' ? '' : (text[at] ?? '');
      }
    });
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no TCP port');
  return { place: `inet:127.0.0.1:${address.port}`, stop: () => server.close() };
}
