import MailComposer, { type MailComposerOptions } from 'nodemailer/lib/mail-composer';
import type MimeNode from 'nodemailer/lib/mime-node';
import { encode, wrap } from 'nodemailer/lib/qp';

const LINE_END = '\r\n';

/**
 * A mail of texts as it goes over the wire, in one piece. Nodemailer would make the same of it, piece by piece through
 * streams, which costs twice the time and three times the writes. Texts are quoted-printable, whatever they hold: to look
 * at each character for something shorter costs more than it saves.
 */
export function mailSource(mail: MailComposerOptions): string {
  return nodeSource(new MailComposer({ ...mail, encoding: 'quoted-printable' }).compile());
}

function nodeSource(node: MimeNode): string {
  const head = `${node.buildHeaders()}${LINE_END}${LINE_END}`;
  const { boundary, childNodes, content } = node;
  if (typeof boundary === 'string') {
    const parts = childNodes.map((child) => `--${boundary}${LINE_END}${nodeSource(child)}${LINE_END}`);
    return `${head}${parts.join('')}--${boundary}--${LINE_END}`;
  }
  if (typeof content !== 'string') throw new TypeError('A mail consists of texts');
  return `${head}${wrap(encode(content))}`;
}
