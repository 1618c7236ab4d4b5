import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { scratchFolder } from '../testing/scratch-folder.js';
import type { InboxMessage } from './inbox-message.js';
import { InboxStore } from './inbox-store.js';

function mail(id: string): InboxMessage {
  const [receivedAt, from] = ['2026-01-02T03:04:05.000Z', 'shop@vici.test'];
  return { id, messageId: id, receivedAt, from, to: [], subject: id, text: '', html: '', headers: {} };
}

const idsOf = (messages: readonly InboxMessage[]): string[] => messages.map(({ id }) => id);

describe('the file of the inbox', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let path = '';

  beforeEach(async () => {
    folder = await scratchFolder();
    path = join(folder.path, 'inbox.jsonl');
  });

  afterEach(() => folder.remove());

  async function idsInFile(): Promise<string[]> {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line).id);
  }

  it('holds each mail once when many come together, and no more than it must', async () => {
    const store = await InboxStore.open(path, 2);
    for (const round of ['a', 'b', 'c', 'd']) {
      const together = ['1', '2', '3'].map((each) => store.add(mail(round + each)));
      await Promise.all(together);
      expect((await idsInFile()).slice(-2)).toEqual([`${round}2`, `${round}3`]);
    }
    const ids = await idsInFile();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThanOrEqual(6);
    await store.close();
    const again = await InboxStore.open(path, 2);
    expect(idsOf(again.list())).toEqual(['d3', 'd2']);
    await again.close();
  });

  it('has what came after it was emptied, and nothing of what came before', async () => {
    const store = await InboxStore.open(path, 10);
    const before = store.add(mail('before'));
    const emptied = store.clear();
    await Promise.all([before, emptied, store.add(mail('after'))]);
    expect(await idsInFile()).toEqual(['after']);
    await store.close();
  });

  it('tells everybody whose mail could not be written, and goes on with the next', async () => {
    const gone = join(folder.path, 'gone');
    const store = await InboxStore.open(join(gone, 'inbox.jsonl'), 10);
    await rm(gone, { recursive: true });
    const outcomes = await Promise.allSettled([store.add(mail('1')), store.add(mail('2'))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await mkdir(gone);
    await expect(store.add(mail('3'))).resolves.toBeUndefined();
    await store.close();
  });
});
