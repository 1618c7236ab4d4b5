import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';

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

/** Reads the parts of a mail from its raw bytes. */
export async function readMessage(
  raw: Buffer,
  envelope: { from: string; to: string[] },
): Promise<InboxMessage> {
  const mail = await PostalMime.parse(raw);
  return {
    id: randomUUID(),
    messageId: (mail.messageId ?? '').replace(/^<|>$/g, ''),
    receivedAt: new Date().toISOString(),
    from: mail.from?.address ?? envelope.from,
    to: envelope.to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
  };
}

/** A message from a line of the inbox file, or undefined when the line is not one (cut short by a crash). */
export function parseStoredMessage(line: string): InboxMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return messageOf(value);
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
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const fields = new Map(Object.entries(value));
  const texts = ['id', 'messageId', 'receivedAt', 'from', 'subject', 'text', 'html'];
  const to: unknown = fields.get('to');
  return (
    texts.every((name) => typeof fields.get(name) === 'string') &&
    Array.isArray(to) &&
    to.every((address) => typeof address === 'string')
  );
}
