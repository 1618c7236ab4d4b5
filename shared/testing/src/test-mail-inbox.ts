import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboxMessage, MailInbox } from '@vici/backing-services';
import { afterAll, beforeAll } from 'vitest';

/** The SMTP inbox of one test file. */
export interface TestMailInbox {
  readonly smtpUrl: string;
  readonly webUrl: string;
  /** Newest first. */
  messages(): Promise<InboxMessage[]>;
  clear(): void;
}

/** A real SMTP server of this test file alone that keeps what it receives. Valid in tests and hooks. */
export function useMailInbox(): TestMailInbox {
  let open: { readonly folder: string; readonly inbox: MailInbox } | undefined;
  beforeAll(async () => {
    // Loaded only here: the servers' packages are heavy and most test files need none of them.
    const { startMailInbox } = await import('@vici/backing-services');
    const folder = await mkdtemp(join(tmpdir(), 'vici-test-mail-'));
    open = { folder, inbox: await startMailInbox({ dataDir: folder, ephemeral: true }) };
  });
  afterAll(async () => {
    if (open === undefined) return;
    await open.inbox.stop();
    await rm(open.folder, { recursive: true, force: true });
  });
  const inbox = () => {
    if (open === undefined) throw new Error('The mail inbox exists only inside tests and hooks');
    return open.inbox;
  };
  return {
    get smtpUrl() {
      return inbox().endpoint.smtpUrl;
    },
    get webUrl() {
      return inbox().endpoint.webUrl;
    },
    messages: () => inbox().messages(),
    clear: () => inbox().clear(),
  };
}
