import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, checkpoint } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { parseEmail } from '../domain/email.js';
import { AccountRepository, PasswordResetRepository } from './ports.js';
import { newSecret } from './secrets.js';

const LINK_LIFETIME_MS = 3_600_000;
/** Nobody waits any more for a link asked for longer ago. */
const REQUEST_LIFETIME_MS = 3_600_000;

/** Works off the requests for reset links: those for an account become a token and the event that mails it. */
@Injectable()
export class SendResetLinks {
  constructor(
    private readonly resets: PasswordResetRepository,
    private readonly accounts: AccountRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** Handles the oldest request; false when there is none. */
  async execute(): Promise<boolean> {
    return await this.unitOfWork.transaction(async () => {
      const request = await this.resets.takeRequest();
      if (request === undefined) return false;
      await checkpoint('auth.reset-request-taken');
      const now = this.clock.now();
      if (now.getTime() - request.requestedAt.getTime() > REQUEST_LIFETIME_MS) return true;
      const known = await this.accounts.findByEmail(parseEmail(request.email));
      if (known !== undefined) await this.send(known.account, now);
      return true;
    });
  }

  private async send({ userId, email, firstName }: Account, now: Date): Promise<void> {
    const { secret, hash } = newSecret();
    const expiresAt = new Date(now.getTime() + LINK_LIFETIME_MS);
    await this.resets.addToken(userId, hash, expiresAt);
    await this.events.publish(
      createEvent('user.password_reset_requested', {
        subject: userId,
        data: { userId, email, firstName, resetToken: secret, expiresAt: expiresAt.toISOString() },
      }),
    );
  }
}
