import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { SMTPServer } from 'smtp-server';

import type { BackingService, StartOptions } from '../backing-service.js';
import type { InboxMessage } from './inbox-message.js';
import { takeMail } from './inbox-message.js';
import { createInboxPage } from './inbox-page.js';
import { InboxStore } from './inbox-store.js';

/** Where to send mail, and where to read it in a browser. */
export interface MailEndpoint {
  smtpUrl: string;
  webUrl: string;
}

/** How an inbox is started. */
export interface MailInboxOptions extends StartOptions {
  webPort?: number;
  /** newest kept; default 500 */
  keep?: number;
  /** where all mails can be looked at without sending one; the page links to it */
  previewsUrl?: string;
}

/** A running inbox and what it has received. */
export type MailInbox = BackingService<MailEndpoint> & {
  /** newest first */
  messages(): Promise<InboxMessage[]>;
  clear(): void;
};

const HOST = '127.0.0.1';
const DEFAULT_KEEP = 500;
const MAX_MAIL_BYTES = 25 * 1024 * 1024;

/**
 * A real SMTP server on loopback, inside this process, that delivers to nobody: it keeps the newest `keep` mails
 * (default 500) in `dataDir` and shows them on a web page. `port` is the SMTP port. Any user name and password is
 * accepted. A mail is answered with success only once it is written. `detached` changes nothing.
 * @throws Error when a port is taken
 */
export async function startMailInbox(options: MailInboxOptions): Promise<MailInbox> {
  const store = await InboxStore.open(
    join(resolve(options.dataDir), 'inbox.jsonl'),
    options.keep ?? DEFAULT_KEEP,
  );
  const smtp = createSmtpServer(store, options.onLog);
  const smtpPort = await listen(smtp, options.port ?? 0);
  const page = createInboxPage(store, options.previewsUrl);
  const webUrl = await page
    .listen({ host: HOST, port: options.webPort ?? 0 })
    .catch(async (error: unknown) => {
      await close(smtp);
      throw error;
    });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([close(smtp), page.close()]);
    store.close();
  };
  const endpoint = { smtpUrl: `smtp://${HOST}:${smtpPort}`, webUrl };
  return {
    name: 'Mail',
    endpoint,
    pid: undefined,
    origin: 'package',
    isAlive: () => isInboxAlive(endpoint),
    stop: () => (stopping ??= stop()),
    messages: () => store.list(),
    clear: () => {
      try {
        store.clear();
      } catch (error) {
        options.onLog?.(`The mail file could not be emptied: ${String(error)}`);
      }
    },
  };
}

/** Whether an inbox answers there. */
export function isInboxAlive({ webUrl }: MailEndpoint): Promise<boolean> {
  return fetch(`${webUrl}/api/messages`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function createSmtpServer(store: InboxStore, onLog: ((line: string) => void) | undefined): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    // No certificate anybody would trust: better no encryption on loopback than one every client must be told to trust.
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? 'anybody' }),
    onData: (stream, session, callback) => {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = {
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
      };
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        try {
          if (stream.sizeExceeded) {
            throw Object.assign(new Error('The mail is larger than 25 MiB.'), { responseCode: 552 });
          }
          store.add(takeMail(Buffer.concat(chunks), envelope));
          callback();
        } catch (error) {
          callback(error instanceof Error ? error : new Error(String(error)));
        }
      });
    },
  });
  // A client that breaks off is its own affair; the server goes on.
  server.on('error', (error: Error) => onLog?.(`SMTP: ${error.message}`));
  return server;
}

async function listen(smtp: SMTPServer, port: number): Promise<number> {
  smtp.listen(port, HOST);
  await once(smtp.server, 'listening');
  const address = smtp.server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The SMTP server has no TCP port.');
  }
  return address.port;
}

function close(smtp: SMTPServer): Promise<void> {
  return new Promise((done) => {
    smtp.close(done);
  });
}
