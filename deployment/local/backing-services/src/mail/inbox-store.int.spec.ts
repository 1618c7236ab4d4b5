import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { scratchFolder } from '../testing/scratch-folder.js';
import type { InboxMessage, UnreadMail } from './inbox-message.js';
import { InboxStore } from './inbox-store.js';

const [receivedAt, from] = ['2026-01-02T03:04:05.000Z', 'shop@vici.test'];

function mail(id: string): UnreadMail {
  return {
    id,
    receivedAt,
    from,
    to: ['ann@vici.test'],
    raw: `Subject: =?UTF-8?Q?Gr=C3=B6=C3=9Fe?= ${id}\r\n\r\nHi\xe4\r\n`,
  };
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

  it('holds each mail once, and no more than it must', async () => {
    const store = await InboxStore.open(path, 2);
    for (const round of ['a', 'b', 'c', 'd']) {
      for (const each of ['1', '2', '3']) store.add(mail(round + each));
      expect((await idsInFile()).slice(-2)).toEqual([`${round}2`, `${round}3`]);
    }
    const ids = await idsInFile();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThanOrEqual(4);
    store.close();
    const again = await InboxStore.open(path, 2);
    expect(idsOf(await again.list())).toEqual(['d3', 'd2']);
    again.close();
  });

  it('has what came after it was emptied, and nothing of what came before', async () => {
    const store = await InboxStore.open(path, 10);
    store.add(mail('before'));
    store.clear();
    store.add(mail('after'));
    expect(await idsInFile()).toEqual(['after']);
    store.close();
  });

  it('tells whose mail could not be written, keeps it not, and goes on with the next', async () => {
    const gone = join(folder.path, 'gone');
    const store = await InboxStore.open(join(gone, 'inbox.jsonl'), 10);
    await rm(gone, { recursive: true });
    expect(() => store.add(mail('1'))).toThrow('ENOENT');
    await mkdir(gone);
    store.add(mail('2'));
    expect(idsOf(await store.list())).toEqual(['2']);
    store.close();
  });

  it('reads a mail from the bytes it came as, also after a restart', async () => {
    const first = await InboxStore.open(path, 10);
    first.add(mail('1'));
    const read = await first.find('1');
    expect(read).toMatchObject({
      id: '1',
      receivedAt,
      from,
      subject: 'Größe 1',
      text: expect.stringMatching(/^Hi/),
    });
    expect(read?.to).toEqual(['ann@vici.test']);
    first.close();
    const again = await InboxStore.open(path, 10);
    expect(await again.list()).toEqual([read]);
    again.close();
  });

  it('has the mails that an older inbox kept as it had read them', async () => {
    const read = { id: 'old', messageId: 'm', receivedAt, from, to: [], subject: 'Hi', text: 'Ho', html: '' };
    await writeFile(path, `${JSON.stringify(read)}\n`);
    const store = await InboxStore.open(path, 10);
    store.add(mail('new'));
    expect(idsOf(await store.list())).toEqual(['new', 'old']);
    store.close();
    const again = await InboxStore.open(path, 10);
    expect(await again.find('old')).toEqual({ ...read, headers: {} });
    again.close();
  });

  it('shows a mail that nobody can take apart as it came', async () => {
    const store = await InboxStore.open(path, 10);
    const nested = Array.from(
      { length: 300 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
    );
    store.add({ ...mail('1'), raw: nested.join('') });
    store.add(mail('2'));
    const [second, first] = await store.list();
    expect([second?.subject, first?.subject, first?.text]).toEqual(['Größe 2', '', nested.join('')]);
    store.close();
  });
});
