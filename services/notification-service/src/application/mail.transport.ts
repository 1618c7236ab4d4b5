import type { Channel } from '../domain/delivery.js';

/** A message on its way out. */
export interface OutgoingMail {
  /** With angle brackets; the same for every attempt of one delivery. */
  readonly messageId: string;
  readonly recipient: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Where one click of the mail program ends such mails (RFC 8058); absent where they cannot be ended. */
  readonly unsubscribeUrl?: string;
}

/** Who sends what goes by each channel; a channel without a provider is not in use. */
export abstract class MessageProviders {
  abstract of(channel: Channel): MailTransport | undefined;
}

/** Why a mail was not sent, in words without personal data. */
export class MailError extends Error {
  override readonly name = 'MailError';

  /**
   * @param reason safe to store, log and publish
   * @param permanent trying again cannot help
   */
  constructor(
    readonly reason: string,
    readonly permanent: boolean,
  ) {
    super(reason);
  }
}

/** Hands mails to whoever delivers them. */
export abstract class MailTransport {
  /**
   * Resolves, with the receiver's own reference, once the mail is the receiver's responsibility.
   * @throws MailError when it is not, or when that is not known
   */
  abstract send(mail: OutgoingMail): Promise<string>;

  /**
   * Whether a mail with this Message-ID was accepted before: asked ahead of every attempt but the first. A transport
   * that cannot know leaves this out; such a mail is then sent again with the same Message-ID.
   */
  wasAccepted?(messageId: string, message: OutgoingMail): Promise<boolean>;
}
