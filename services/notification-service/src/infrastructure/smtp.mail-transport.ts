import { createTransport } from 'nodemailer';
import { MailError, MailTransport, type OutgoingMail } from '../application/mail.transport.js';

/** Where mails go and who they are from. */
export interface SmtpOptions {
  /** smtp: or smtps:, with user and password where the server asks for them. */
  readonly url: string;
  /** Sender as in a From header. */
  readonly from: string;
}

/** One mail from connecting to the server's answer; beyond it the outcome counts as unknown. */
export const SEND_LIMIT_MS = 20_000;
const CONNECT_LIMIT_MS = 5_000;
const SILENCE_LIMIT_MS = 10_000;
const MAX_RECEIPT = 200;

/**
 * Sends by SMTP, with one connection per mail: a kept connection shows that it has died only in the middle of a mail,
 * when nobody can say whether it was taken. SMTP cannot be asked what it has accepted.
 */
export class SmtpMailTransport extends MailTransport {
  readonly #from: string;
  readonly #transport;

  constructor({ url, from }: SmtpOptions) {
    super();
    this.#from = from;
    this.#transport = createTransport({
      url,
      connectionTimeout: CONNECT_LIMIT_MS,
      greetingTimeout: CONNECT_LIMIT_MS,
      socketTimeout: SILENCE_LIMIT_MS,
    });
  }

  async send({ messageId, recipient, subject, html, text, unsubscribeUrl }: OutgoingMail): Promise<string> {
    try {
      const { response } = await this.#transport.sendMail({
        messageId,
        from: this.#from,
        // As an object it is one address, whatever separators it holds.
        to: { name: '', address: recipient },
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
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(SEND_LIMIT_MS),
      });
      return response.slice(0, MAX_RECEIPT);
    } catch (error) {
      throw toMailError(error);
    }
  }
}

/** The server's own words may name the recipient: only codes are kept. */
function toMailError(error: unknown): MailError {
  const code = textOf(error, 'code') ?? 'unknown';
  const command = textOf(error, 'command');
  const status = numberOf(error, 'responseCode');
  const reason = ['SMTP', code, command, status].filter((part) => part !== undefined).join(' ');
  return new MailError(reason, isPermanent(code, command, status));
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
