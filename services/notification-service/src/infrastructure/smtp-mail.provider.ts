import { createTransport } from 'nodemailer';
import { MessageError, MessageProvider, type OutgoingMail } from '../application/message-provider.js';
import { mailSource } from './mail-source.js';

/** Where mails go and who they are from. */
export interface SmtpOptions {
  /** smtp: or smtps:, with user and password where the server asks for them. */
  readonly url: string;
  /** Sender as in a From header. */
  readonly from: string;
  /** Most connections at once, 8 unless told otherwise. */
  readonly connections?: number;
  /** Mails after which a connection is exchanged for a new one, 100 unless told otherwise. */
  readonly mailsPerConnection?: number;
  /** What the server takes from this process in a second; no limit unless told otherwise. */
  readonly mailsPerSecond?: number | undefined;
}

/** One mail from connecting to the server's answer; beyond it the outcome counts as unknown. */
const SEND_LIMIT_MS = 20_000;
const CONNECT_LIMIT_MS = 5_000;
const SILENCE_LIMIT_MS = 10_000;
/** An unused connection is closed from here, before the server does it. */
const IDLE_LIMIT_MS = 30_000;
const SECOND_MS = 1_000;
/** A kept connection that turns out to have died before a byte of the mail was sent costs one more, not an attempt. */
const MAX_REQUEUES = 1;
const MAX_RECEIPT = 200;

/**
 * Sends by SMTP, over connections that are kept for the next mail. One that dies in the middle of a mail leaves open
 * whether it was taken: SMTP cannot be asked what it has accepted.
 */
export class SmtpMailProvider extends MessageProvider {
  readonly #from: string;
  readonly #transport;

  constructor({ url, from, connections = 8, mailsPerConnection = 100, mailsPerSecond }: SmtpOptions) {
    super();
    this.#from = from;
    this.#transport = createTransport({
      pool: true,
      url,
      maxConnections: connections,
      maxMessages: mailsPerConnection,
      maxRequeues: MAX_REQUEUES,
      idleTimeout: IDLE_LIMIT_MS,
      ...(mailsPerSecond !== undefined && { rateDelta: SECOND_MS, rateLimit: mailsPerSecond }),
      connectionTimeout: CONNECT_LIMIT_MS,
      greetingTimeout: CONNECT_LIMIT_MS,
      socketTimeout: SILENCE_LIMIT_MS,
    });
  }

  async send({ messageId, recipient, subject, html, text, unsubscribeUrl }: OutgoingMail): Promise<string> {
    try {
      // As an object it is one address, whatever separators it holds.
      const to = { name: '', address: recipient };
      const source = mailSource({
        messageId,
        from: this.#from,
        to,
        subject,
        ...(html !== '' && { html }),
        text,
        headers: {
          'Auto-Submitted': 'auto-generated',
          ...(unsubscribeUrl !== undefined && {
            'List-Unsubscribe': `<${unsubscribeUrl}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
        },
      });
      const { response } = await this.#transport.sendMail({
        messageId,
        envelope: { from: this.#from, to },
        raw: source,
        signal: AbortSignal.timeout(SEND_LIMIT_MS),
      });
      return response.slice(0, MAX_RECEIPT);
    } catch (error) {
      throw toMailError(error);
    }
  }

  /** Closes the connections that are not in use, the others after their mail. */
  close(): void {
    this.#transport.close();
  }
}

/** The server's own words may name the recipient: only codes are kept. */
function toMailError(error: unknown): MessageError {
  const code = textOf(error, 'code') ?? 'unknown';
  const command = textOf(error, 'command');
  const status = numberOf(error, 'responseCode');
  const reason = ['SMTP', code, command, status].filter((part) => part !== undefined).join(' ');
  return new MessageError(reason, isPermanent(code, command, status));
}

/**
 * A refused recipient or content stays refused; so does an address that is none. A refused login or sender is the
 * shop's own fault, which somebody will mend: those mails wait.
 */
function isPermanent(code: string, command: string | undefined, status: number | undefined): boolean {
  if (code === 'EENVELOPE' && command === 'API') return true;
  const aboutThisMail = command === 'RCPT TO' || command === 'DATA';
  return aboutThisMail && status !== undefined && status >= 500 && status !== 503;
}

function textOf(error: unknown, key: string): string | undefined {
  const value: unknown = error instanceof Error ? Reflect.get(error, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function numberOf(error: unknown, key: string): number | undefined {
  const value: unknown = error instanceof Error ? Reflect.get(error, key) : undefined;
  return typeof value === 'number' ? value : undefined;
}
