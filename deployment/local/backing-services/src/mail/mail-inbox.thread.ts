import { parentPort, workerData } from 'node:worker_threads';

import { type MailInboxOptions, startMailInbox } from './mail-inbox.js';
import type { ThreadReport } from './threaded-mail-inbox.js';

const tell = (report: ThreadReport): void => parentPort?.postMessage(report);

const settings: MailInboxOptions = workerData;
const inbox = await startMailInbox({ ...settings, onLog: (log) => tell({ log }) });
// Whatever is said is the farewell. With its port closed and the servers stopped nothing holds the thread.
parentPort?.once('message', async () => {
  await inbox.stop();
  parentPort?.close();
});
tell({ endpoint: inbox.endpoint });
