import { Worker } from 'node:worker_threads';

import type { BackingService } from '../backing-service.js';
import { type InboxMessage, messagesOf } from './inbox-message.js';
import { isInboxAlive, type MailEndpoint, type MailInboxOptions } from './mail-inbox.js';

/** What the thread tells: first where it listens. */
export type ThreadReport = { readonly endpoint: MailEndpoint } | { readonly log: string };

/** Built, also where this file is run from its source: a thread loads what it runs by Node's own rules. */
const SCRIPT = new URL('../../dist/mail/mail-inbox.thread.js', import.meta.url);

/**
 * `startMailInbox` in a thread of its own, so that the reading of mails takes no time from whoever sends them. It ends
 * with this process at the latest. A fault in it ends the inbox alone, and is told to `onLog`.
 * @throws Error when a port is taken
 */
export async function startThreadedMailInbox({
  onLog,
  ...settings
}: MailInboxOptions): Promise<BackingService<MailEndpoint>> {
  // Nothing that this process was told to load before its program: the thread has a program of its own.
  const thread = new Worker(SCRIPT, { name: 'mail-inbox', workerData: settings, execArgv: [] });
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const endpoint = await new Promise<MailEndpoint>((resolve, reject) => {
    thread.on('message', (report: ThreadReport) => {
      if ('endpoint' in report) resolve(report.endpoint);
      else onLog?.(report.log);
    });
    thread.once('error', reject);
  });
  thread.on('error', (error) => onLog?.(`The mail inbox has ended: ${String(error)}`));
  return {
    name: 'Mail',
    endpoint,
    pid: undefined,
    origin: 'package',
    isAlive: () => isInboxAlive(endpoint),
    stop: async () => {
      thread.postMessage('stop');
      await ended;
    },
  };
}

/** What a running inbox holds, newest first. @throws Error when it does not answer */
export async function readInbox({ webUrl }: MailEndpoint): Promise<InboxMessage[]> {
  const response = await fetch(`${webUrl}/api/messages`);
  return messagesOf(await response.json());
}
