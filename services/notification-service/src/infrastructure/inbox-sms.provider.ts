import { MessageProvider, type OutgoingMail } from '../application/message-provider.js';

/** Text messages of a development machine: they go to the inbox page, addressed to the number. */
export class InboxSmsProvider extends MessageProvider {
  constructor(private readonly mail: MessageProvider) {
    super();
  }

  async send(message: OutgoingMail): Promise<string> {
    const recipient = `${message.recipient.replace(/[^+\d]/g, '')}@sms.vici.localhost`;
    return await this.mail.send({ ...message, recipient, subject: `SMS: ${message.subject}`, html: '' });
  }
}
