/** An SMTP client that is led line by line, and stays for as long as the test wants. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

export interface SmtpClient {
  /** Sends a line, and resolves to the last line of the reply; null when the server has closed. */
  say(line: string): Promise<string | null>;
  /** One whole message to one recipient; the reply that decided it. */
  deliver(recipient: string): Promise<string | null>;
  close(): void;
}

/** Connects from an address of the loopback interface, and says EHLO. */
export async function smtpClient(from: string, port: number): Promise<SmtpClient> {
  const socket = connect({ host: '::1', port, localAddress: from });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const reply = async (): Promise<string | null> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) return null;
      if (/^\d{3} /.test(value)) return value;
    }
  };
  const say = (line: string): Promise<string | null> => {
    socket.write(`${line}\r\n`);
    return reply();
  };
  await reply();
  await say('EHLO client.example.org');
  return {
    say,
    deliver: async (recipient) => {
      for (const line of ['MAIL FROM:<sender@example.org>', `RCPT TO:<${recipient}>`, 'DATA']) {
        const answer = await say(line);
        if (answer === null || !/^[23]/.test(answer)) return answer;
      }
      return say('Subject: hello\r\n\r\nhello\r\n.');
    },
    close: () => socket.destroy(),
  };
}
