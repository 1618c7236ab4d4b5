import { Injectable } from '@nestjs/common';
import { createEvent, type EventData, EventPublisher } from '@vici/events';
import { Clock } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { type ClientDevice, currentDevice } from './client-device.js';

/** Tells the owner of an account what was done to it, in case it was somebody else. */
@Injectable()
export class SecurityNotices {
  constructor(
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * Run it in the transaction of what it tells of.
   * @param device what did it; by default the client that is being served
   */
  async send(
    { userId, email, firstName }: Account,
    notice: EventData<'user.security_notice'>['notice'],
    device: ClientDevice = currentDevice(),
  ): Promise<void> {
    const occurredAt = this.clock.now().toISOString();
    await this.events.publish(
      createEvent('user.security_notice', {
        subject: userId,
        data: { userId, notice, email, firstName, ...device, occurredAt },
      }),
    );
  }
}
