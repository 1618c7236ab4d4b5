import { MailTransport, type OutgoingMail } from '../application/mail.transport.js';

/** Text messages of a development machine: they go to the inbox page, addressed to the number. */
export class InboxSmsProvider extends MailTransport {
  constructor(private readonly mail: MailTransport) {
    super();
  }

  async send(message: OutgoingMail): Promise<string> {
    const recipient = `${message.recipient.replace(/[^+\d]/g, '')}@sms.vici.localhost`;
    return await this.mail.send({ ...message, recipient, subject: `SMS: ${message.subject}`, html: '' });
  }
}
