import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, DomainError } from '@vici/utils';
import { AccountRepository } from './ports.js';
import { hashSecret } from './secrets.js';

/** Takes the link of the verification mail for proof that the address is the shopper's. */
@Injectable()
export class VerifyEmail {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_TOKEN when the token is unknown, used or older than a day */
  async execute(token: string): Promise<string> {
    const now = this.clock.now();
    return await this.unitOfWork.transaction(async () => {
      const userId = await this.accounts.verifyEmail(hashSecret(token), now);
      if (userId === undefined) throw new DomainError('INVALID_TOKEN', 'This link is no longer valid.');
      await this.events.publish(
        createEvent('user.email_verified', {
          subject: userId,
          data: { userId, verifiedAt: now.toISOString() },
        }),
      );
      return userId;
    });
  }
}
