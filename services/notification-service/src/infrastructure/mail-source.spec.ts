import { createTransport } from 'nodemailer';
import { expect, it } from 'vitest';
import { mailSource } from './mail-source.js';

const mail = {
  messageId: '<one@vici.test>',
  from: 'Vici <shop@vici.test>',
  to: { name: '', address: 'ada@example.com' },
  date: new Date('2026-01-02T03:04:05Z'),
  headers: { 'Auto-Submitted': 'auto-generated', 'List-Unsubscribe': '<https://shop.vici.test/u?token=a=b>' },
};
const LONG = 'Größe 42, ein langer Satz mit = und Umlauten '.repeat(5);

/** What nodemailer sends when it is left to compose the mail. */
async function composedByNodemailer(parts: object): Promise<string> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = await transport.sendMail({ ...mail, ...parts, encoding: 'quoted-printable' });
  return String(message);
}

/** Boundaries are made up anew for every mail. */
function comparable(source: string): string {
  const lines = source.replaceAll(/\r?\n/g, '\r\n').replace(/(?<!\r\n)$/, '\r\n');
  return lines.replaceAll(/--_NmP-[0-9a-f]+-Part_\d/g, 'boundary');
}

it.each([
  [
    'of two texts',
    { subject: 'Ihre Bestellung № 5', text: `${LONG}\n.\n\n`, html: `<p>${LONG}</p>\n<b>ok</b> ` },
  ],
  ['of one text', { subject: 'Your order', text: 'A line\r\nand another' }],
  ['of lines that begin with a dot and end with spaces', { subject: 's', text: '.\n..\nend  \n\t\n' }],
  ['with a subject that would begin a header', { subject: 'a\r\nBcc: bob@example.com', text: 'x' }],
])('a mail %s is what nodemailer would make of it', async (_kind, parts) => {
  const source = mailSource({ ...mail, ...parts });
  expect(comparable(source)).toBe(comparable(await composedByNodemailer(parts)));
  expect(source.split(/\r?\n/).every((line) => line.length <= 78)).toBe(true);
});
