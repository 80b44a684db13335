/** A mail server's side of the policy protocol. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface PolicyClient {
  readonly socket: Socket;
  /** Sends text, and resolves to the next `count` actions; fewer when the connection closes before. */
  ask(text: string, count?: number): Promise<readonly string[]>;
  /** Resolves once the other side has closed. */
  readonly closed: Promise<unknown>;
}

/** Connects to `inet:HOST:PORT` or `unix:PATH`. */
export async function policyClient(place: string): Promise<PolicyClient> {
  const [, host = '', port = ''] = /^inet:\[?([^\]]*)\]?:(\d+)$/.exec(place) ?? [];
  const socket = place.startsWith('unix:')
    ? connect(place.slice('unix:'.length))
    : connect(Number(port), host);
  await once(socket, 'connect');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let unread = '';
  let wake = (): void => undefined;
  let isOpen = true;
  socket.setEncoding('utf8').on('data', (text: string) => {
    unread += text;
    wake();
  });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    isOpen = false;
    wake();
  });
  const next = async (): Promise<string | null> => {
    for (;;) {
      const end = unread.indexOf('\n\n');
      if (end >= 0) {
        const answer = unread.slice(0, end);
        unread = unread.slice(end + 2);
        return answer.replace(/^action=/, '');
      }
      if (!isOpen) return null;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    socket,
    closed,
    ask: async (text, count = 1) => {
      socket.write(text);
      const actions: string[] = [];
      for (let i = 0; i < count; i++) {
        const action = await next();
        if (action === null) break;
        actions.push(action);
      }
      return actions;
    },
  };
}
