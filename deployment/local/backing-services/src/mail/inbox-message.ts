import { randomUUID } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';

/** A mail as it was received. */
export interface InboxMessage {
  /** the inbox's own id of this delivery */
  id: string;
  /** the Message-ID header, without angle brackets; '' when the mail had none */
  messageId: string;
  /** ISO 8601, UTC */
  receivedAt: string;
  /** address of the From header, else of the envelope */
  from: string;
  /** recipients of the envelope: who would really have got it */
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** by their names in small letters; of several the last one */
  headers: Readonly<Record<string, string>>;
}

/** A mail that nobody has looked into yet. */
export interface UnreadMail {
  readonly id: string;
  readonly receivedAt: string;
  /** sender of the envelope */
  readonly from: string;
  /** recipients of the envelope */
  readonly to: readonly string[];
  /** the bytes of the mail, each as one character */
  readonly raw: string;
}

/** Takes the bytes of a mail as they are: most mails are never opened. */
export function takeMail(raw: Buffer, envelope: { from: string; to: string[] }): UnreadMail {
  const receivedAt = new Date().toISOString();
  return { id: randomUUID(), receivedAt, ...envelope, raw: raw.toString('latin1') };
}

/** Reads the parts of a mail from its bytes. What cannot be taken apart is one text: the bytes themselves. */
export async function readMail({ raw, ...delivery }: UnreadMail): Promise<InboxMessage> {
  const mail: Partial<Email> = await PostalMime.parse(Buffer.from(raw, 'latin1')).catch(() => ({
    text: raw,
  }));
  return {
    ...delivery,
    messageId: (mail.messageId ?? '').replace(/^<|>$/g, ''),
    from: mail.from?.address ?? delivery.from,
    to: [...delivery.to],
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: Object.fromEntries((mail.headers ?? []).map(({ key, value }) => [key, value])),
  };
}

/** A mail from a line of the inbox file, or undefined when the line is not one (cut short by a crash). */
export function parseStoredMail(line: string): UnreadMail | InboxMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  // An older inbox kept the mails it had read.
  return isUnread(value) ? value : messageOf(value);
}

/** The messages among the values of a list that came from elsewhere. */
export function messagesOf(values: unknown): InboxMessage[] {
  return Array.isArray(values) ? values.flatMap((value) => messageOf(value) ?? []) : [];
}

function messageOf(value: unknown): InboxMessage | undefined {
  // Mails of an older inbox were kept without their headers.
  return isMessage(value) ? { ...value, headers: value.headers ?? {} } : undefined;
}

type StoredMessage = Omit<InboxMessage, 'headers'> & Partial<Pick<InboxMessage, 'headers'>>;

function isMessage(value: unknown): value is StoredMessage {
  return isDelivered(value, ['id', 'messageId', 'receivedAt', 'from', 'subject', 'text', 'html']);
}

function isUnread(value: unknown): value is UnreadMail {
  return isDelivered(value, ['id', 'receivedAt', 'from', 'raw']);
}

function isDelivered(value: unknown, texts: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const fields = new Map(Object.entries(value));
  const to: unknown = fields.get('to');
  return (
    texts.every((name) => typeof fields.get(name) === 'string') &&
    Array.isArray(to) &&
    to.every((address) => typeof address === 'string')
  );
}
