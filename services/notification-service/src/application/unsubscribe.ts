import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, invalidField, parseId } from '@vici/utils';
import { ContactRepository } from './contact.repository.js';

/** Addresses that end marketing for one shopper with one click, which nobody can make for another. */
export class UnsubscribeLinks {
  readonly #base: string;
  readonly #secret: string;

  /** @param base public address of the API */
  constructor(base: string, secret: string) {
    this.#base = base.replace(/\/+$/, '');
    this.#secret = secret;
  }

  /** The page that asks; its form, and RFC 8058's click of the mail program, post to {@link clickUrl}. */
  pageUrl(userId: string): string {
    return `${this.#base}/unsubscribe?token=${this.tokenFor(userId)}`;
  }

  clickUrl(userId: string): string {
    return `${this.#base}/api/notifications/unsubscribe?token=${this.tokenFor(userId)}`;
  }

  tokenFor(userId: string): string {
    return `${userId}.${this.sign(userId).toString('base64url')}`;
  }

  /** @throws DomainError VALIDATION_FAILED when the token is not one of these */
  userOf(token: string): string {
    const [userId = '', signature = ''] = token.split('.');
    const [given, expected] = [Buffer.from(signature, 'base64url'), this.sign(userId)];
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw invalidField('token', 'is not one that was sent');
    }
    return parseId<'User'>(userId, 'token');
  }

  private sign(userId: string): Buffer {
    return createHmac('sha256', this.#secret).update(`unsubscribe:${userId}`).digest();
  }
}

/** Ends marketing for whoever holds a token of a mail, and tells the owner of the preferences. */
@Injectable()
export class Unsubscribe {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly contacts: ContactRepository,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED when the token is not one that was sent */
  async execute(token: string): Promise<void> {
    const userId = this.links.userOf(token);
    await this.unitOfWork.transaction(async () => {
      await this.contacts.endMarketing(userId);
      const data = { userId, occurredAt: this.clock.now().toISOString() };
      await this.events.publish(createEvent('notification.unsubscribed', { subject: userId, data }));
    });
  }
}
