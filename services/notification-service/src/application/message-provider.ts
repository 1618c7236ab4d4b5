import type { Channel } from '../domain/delivery.js';
import type { NotificationType } from '../domain/notification.js';

/** A message on its way out, by whatever channel. */
export interface OutgoingMessage {
  /** The same for every attempt: by it a second copy is known. */
  readonly messageId: string;
  /** Who it is for, as the channel knows people: an address, a number, an endpoint, an inbox. */
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
}

/** A message that leaves the shop; its id is a Message-ID, with angle brackets. */
export interface OutgoingMail extends OutgoingMessage {
  /** Empty but for mails. */
  readonly html: string;
  /** Where one click of the mail program ends such mails (RFC 8058); absent where they cannot be ended. */
  readonly unsubscribeUrl?: string;
}

/** A message into the inbox of the shop. Its id is the event's, its recipient the shopper's. */
export interface InboxMessage extends OutgoingMessage {
  readonly type: NotificationType;
  /** Absolute address of the page it is about. */
  readonly link: string;
  readonly template: string;
}

/** Who sends what goes by each channel. */
export abstract class MessageProviders {
  /** Undefined where the channel is not in use. */
  abstract of(channel: Channel): MessageProvider<OutgoingMail> | undefined;
  /** Written in the transaction of the event, so that it can neither get lost nor come twice. */
  abstract readonly inbox: InboxMessages;
}

/** Why a message was not sent, in words without personal data. */
export class MessageError extends Error {
  override readonly name = 'MessageError';

  /**
   * @param reason safe to store, log and publish
   * @param permanent trying again cannot help
   */
  constructor(
    readonly reason: string,
    readonly permanent: boolean,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** Hands the messages of one channel to whoever delivers them. */
export abstract class MessageProvider<Message extends OutgoingMessage = OutgoingMail> {
  /**
   * Resolves, with the receiver's own reference, once the message is the receiver's responsibility.
   * @throws MessageError when it is not, or when that is not known
   */
  abstract send(message: Message): Promise<string>;

  /**
   * The receipt of a message that was accepted before, undefined when it was not: asked ahead of every attempt but the
   * first. A provider that cannot know leaves this out; such a message is then sent again with the same id.
   * @throws MessageError when the receiver does not tell
   */
  receiptOf?(message: Message): Promise<string | undefined>;
}

/** Puts messages into the inbox of the shop. */
export abstract class InboxMessages extends MessageProvider<InboxMessage> {
  /**
   * Sends all of them or none; the references come in the order of the messages.
   * @throws MessageError when they are not kept
   */
  abstract sendAll(messages: readonly InboxMessage[]): Promise<string[]>;
}
