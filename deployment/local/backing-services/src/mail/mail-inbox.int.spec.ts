import { appendFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { scratchFolder } from '../testing/scratch-folder.js';
import { startMailInbox } from './mail-inbox.js';
import { readInbox, startThreadedMailInbox } from './threaded-mail-inbox.js';

async function send(
  smtpUrl: string,
  subject: string,
  body: { text?: string; html?: string } = { text: 'Hi' },
) {
  const { hostname, port } = new URL(smtpUrl);
  const transport = createTransport({
    host: hostname,
    port: Number(port),
    auth: { user: 'any', pass: 'thing' },
  });
  const mail = { from: 'Shop <shop@vici.test>', to: 'ann@vici.test', bcc: 'bo@vici.test', subject, ...body };
  await transport.sendMail({ ...mail, messageId: `<${encodeURIComponent(subject)}@vici.test>` });
  transport.close();
}

function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((done, fail) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on('error', fail)
      .end();
  });
}

describe('the embedded mail inbox', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;

  beforeEach(async () => {
    folder = await scratchFolder();
  });

  afterEach(() => folder.remove());

  it('receives a mail as it was sent, for every recipient of the envelope', async () => {
    const inbox = await startMailInbox({ dataDir: folder.path });
    await send(inbox.endpoint.smtpUrl, 'Ihre Bestellung № 5', { text: 'Größe 42', html: '<b>Größe 42</b>' });
    expect(await inbox.messages()).toEqual([
      {
        id: expect.any(String),
        messageId: `${encodeURIComponent('Ihre Bestellung № 5')}@vici.test`,
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        from: 'shop@vici.test',
        to: ['ann@vici.test', 'bo@vici.test'],
        subject: 'Ihre Bestellung № 5',
        text: expect.stringContaining('Größe 42'),
        html: expect.stringContaining('<b>Größe 42</b>'),
        headers: expect.objectContaining({ to: 'ann@vici.test' }),
      },
    ]);
    await inbox.stop();
    expect(await inbox.isAlive()).toBe(false);
  });

  it('keeps the newest mails only, over a restart and after a line that a crash cut short', async () => {
    const first = await startMailInbox({ dataDir: folder.path, keep: 2 });
    for (const subject of ['one', 'two', 'three', 'four', 'five', 'six']) {
      await send(first.endpoint.smtpUrl, subject);
    }
    await first.stop();
    await appendFile(join(folder.path, 'inbox.jsonl'), '{"id":"cut sh');

    const second = await startMailInbox({ dataDir: folder.path, keep: 2 });
    expect((await second.messages()).map(({ subject }) => subject)).toEqual(['six', 'five']);
    await send(second.endpoint.smtpUrl, 'seven');
    await second.stop();
    const third = await startMailInbox({ dataDir: folder.path, keep: 2 });
    expect((await third.messages()).map(({ subject }) => subject)).toEqual(['seven', 'six']);
    await third.stop();
  });

  it('lists mails newest first over HTTP and empties on DELETE, for good', async () => {
    const first = await startMailInbox({ dataDir: folder.path });
    await send(first.endpoint.smtpUrl, 'one');
    await send(first.endpoint.smtpUrl, 'two');
    const api = `${first.endpoint.webUrl}/api/messages`;
    expect(await (await fetch(api)).json()).toEqual(await first.messages());
    expect((await first.messages()).map(({ subject }) => subject)).toEqual(['two', 'one']);
    expect((await fetch(api, { method: 'DELETE' })).status).toBe(204);
    expect(await first.messages()).toEqual([]);
    await first.stop();

    const second = await startMailInbox({ dataDir: folder.path });
    expect(await second.messages()).toEqual([]);
    await second.stop();
  });

  it('clears at once and stays cleared', async () => {
    const first = await startMailInbox({ dataDir: folder.path });
    await send(first.endpoint.smtpUrl, 'one');
    first.clear();
    expect(await first.messages()).toEqual([]);
    await first.stop();
    const second = await startMailInbox({ dataDir: folder.path });
    expect(await second.messages()).toEqual([]);
    await second.stop();
  });

  it('shows a mail without ever running what is in it', async () => {
    const inbox = await startMailInbox({ dataDir: folder.path });
    const attack = '<script>alert(1)</script>';
    await send(inbox.endpoint.smtpUrl, attack, { text: attack, html: attack });
    const id = (await inbox.messages())[0]?.id ?? '';
    for (const path of ['/', `/messages/${id}`]) {
      const page = await (await fetch(`${inbox.endpoint.webUrl}${path}`)).text();
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(page).not.toContain('<script');
    }
    const mail = await fetch(`${inbox.endpoint.webUrl}/messages/${id}/html`);
    expect(mail.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none';/);
    await inbox.stop();
  });

  it('links to the mails that nobody had to send', async () => {
    const inbox = await startMailInbox({ dataDir: folder.path, previewsUrl: 'http://127.0.0.1:1/previews' });
    const page = await (await fetch(inbox.endpoint.webUrl)).text();
    expect(page).toContain('<a href="http://127.0.0.1:1/previews">');
    await inbox.stop();
  });

  it('does not answer a page that points its own name at this machine', async () => {
    const inbox = await startMailInbox({ dataDir: folder.path });
    const url = `${inbox.endpoint.webUrl}/api/messages`;
    expect(await statusFor(url, 'evil.test')).toBe(403);
    expect(await statusFor(url, 'localhost:8025')).toBe(200);
    await inbox.stop();
  });

  it('stops only itself and refuses a port that is taken', async () => {
    const one = await startMailInbox({ dataDir: join(folder.path, 'one') });
    const other = await startMailInbox({ dataDir: join(folder.path, 'other') });
    const webPort = Number(new URL(one.endpoint.webUrl).port);
    await expect(startMailInbox({ dataDir: join(folder.path, 'third'), webPort })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await one.stop();
    expect([await one.isAlive(), await other.isAlive()]).toEqual([false, true]);
    await other.stop();
  });

  it('works the same in a thread of its own, which ends with it', async () => {
    const inbox = await startThreadedMailInbox({ dataDir: folder.path });
    await send(inbox.endpoint.smtpUrl, 'one');
    await send(inbox.endpoint.smtpUrl, 'two');
    expect((await readInbox(inbox.endpoint)).map(({ subject }) => subject)).toEqual(['two', 'one']);
    const webPort = Number(new URL(inbox.endpoint.webUrl).port);
    const dataDir = join(folder.path, 'other');
    await expect(startThreadedMailInbox({ dataDir, webPort })).rejects.toThrow('EADDRINUSE');
    expect(await inbox.isAlive()).toBe(true);
    await Promise.all([inbox.stop(), inbox.stop()]);
    expect(await inbox.isAlive()).toBe(false);
    await expect(readInbox(inbox.endpoint)).rejects.toThrow('fetch failed');

    const again = await startThreadedMailInbox({ dataDir: folder.path });
    expect((await readInbox(again.endpoint)).map(({ subject }) => subject)).toEqual(['two', 'one']);
    await again.stop();
  });
});
