import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mail that has been taken. */
export interface TakenMail {
  readonly recipient: string;
  readonly messageId: string;
  readonly subject: string;
  /** By the clock of `performance.now()`. */
  readonly at: number;
}

/** A mail server that takes everything, remembers when, and delivers to nobody. */
export interface MailSink {
  readonly url: string;
  readonly taken: readonly TakenMail[];
  /** Connections so far. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

function headerOf(mail: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(mail)?.[1]?.trim() ?? '';
}

/** Opens a sink on a free port of this machine. */
export async function openMailSink(): Promise<MailSink> {
  const taken: TakenMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onConnect: (_session, callback) => {
      connections += 1;
      callback();
    },
    onData: (stream, { envelope }, callback) => {
      void buffer(stream).then((bytes) => {
        const mail = bytes.toString('latin1');
        const [to] = envelope.rcptTo;
        const recipient = to?.address ?? '';
        const [messageId, subject] = [headerOf(mail, 'Message-ID'), headerOf(mail, 'Subject')];
        taken.push({ recipient, messageId, subject, at: performance.now() });
        callback();
      }, callback);
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The sink has no TCP port');
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    taken,
    connections: () => connections,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
