import { Injectable } from '@nestjs/common';
import { createEvent, type EventData, EventPublisher } from '@vici/events';
import { Clock } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { currentDevice } from './client-device.js';

/** Tells the owner of an account what was done to it, in case it was somebody else. */
@Injectable()
export class SecurityNotices {
  constructor(
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** Run it in the transaction of what it tells of. */
  async send(
    { userId, email, firstName }: Account,
    notice: EventData<'user.security_notice'>['notice'],
  ): Promise<void> {
    const occurredAt = this.clock.now().toISOString();
    await this.events.publish(
      createEvent('user.security_notice', {
        subject: userId,
        data: { userId, notice, email, firstName, ...currentDevice(), occurredAt },
      }),
    );
  }
}
