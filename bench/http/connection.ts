/**
 * One keep-alive connection that sends a request whenever the last one is answered. Written here because a generator
 * must cost less than the server it drives, and tell a thousandth of a millisecond.
 */
import { connect, type Socket } from 'node:net';

export interface Exchange {
  /** The next request's bytes; null when it is time to stop. */
  next(): string | null;
  /** An answer came: its status and how long it took, in milliseconds. */
  done(status: number, took: number): void;
}

/** Opens a connection; `run` resolves when `next` has said to stop, or the connection broke. */
export async function openConnection(port: number): Promise<(exchange: Exchange) => Promise<void>> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return (exchange) => new Promise((resolve) => converse(socket, exchange, resolve));
}

function converse(socket: Socket, exchange: Exchange, end: () => void): void {
  let sentAt = 0;
  let answer: Buffer = Buffer.alloc(0);
  let missing = 0;
  let status = 0;
  const send = (): void => {
    const request = exchange.next();
    if (request === null) {
      socket.end();
      return;
    }
    sentAt = performance.now();
    socket.write(request, 'latin1');
  };
  socket.on('data', (chunk) => {
    if (missing > 0) missing -= chunk.length;
    else {
      answer = answer.length === 0 ? chunk : Buffer.concat([answer, chunk]);
      const head = answer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const headers = answer.toString('latin1', 0, head);
      status = Number(headers.slice(9, 12));
      missing = head + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(headers)?.[1]) - answer.length;
      answer = Buffer.alloc(0);
    }
    if (missing > 0) return;
    exchange.done(missing === 0 ? status : 0, performance.now() - sentAt);
    missing = 0;
    send();
  });
  socket.on('error', () => exchange.done(0, performance.now() - sentAt));
  socket.on('close', end);
  send();
}
