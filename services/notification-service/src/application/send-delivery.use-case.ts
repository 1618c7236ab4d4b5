import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { checkpoint, deterministicId } from '@vici/utils';
import { type ClaimedDelivery, messageIdOf, pauseAfter, type RetryPolicy } from '../domain/delivery.js';
import { DeliveryReport } from './delivery.report.js';
import { DeliveryRepository } from './delivery.repository.js';
import { MailError, MailTransport } from './mail.transport.js';

/** How mails are sent. */
export abstract class DeliverySettings {
  abstract readonly retry: RetryPolicy;
  /** Right side of every Message-ID. */
  abstract readonly mailDomain: string;
}

/** Tries to write down that a mail was accepted: about five seconds, while the claim still holds. */
const RECORD_TRIES = 20;
const RECORD_PAUSE_MS = 250;

/**
 * Sends one claimed delivery and records what came of it. Between the receiver's acceptance and its record lies the
 * one moment in which a crash makes a second copy, unless the transport can be asked; nothing else happens in it.
 */
@Injectable()
export class SendDelivery {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly transport: MailTransport,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly report: DeliveryReport,
    private readonly settings: DeliverySettings,
  ) {}

  /** @throws DomainError SERVICE_UNAVAILABLE when the outcome of a mail not sent cannot be recorded */
  async execute(delivery: ClaimedDelivery): Promise<void> {
    if (delivery.attempt > this.settings.retry.maxAttempts) {
      // Every attempt ended with its sender: this mail may be what ends it.
      await this.giveUp(delivery, 'no attempt came to an end');
      return;
    }
    let receipt: string;
    try {
      receipt = await this.handOver(delivery);
    } catch (error) {
      await this.recordFailure(delivery, error);
      return;
    }
    await checkpoint('notification.accepted');
    await this.recordAcceptance(delivery, receipt);
  }

  private async handOver(delivery: ClaimedDelivery): Promise<string> {
    if (delivery.recipient === '') throw new MailError('the address is not known yet', false);
    const messageId = messageIdOf(delivery.id, this.settings.mailDomain);
    if (delivery.attempt > 1 && (await this.transport.wasAccepted?.(messageId)) === true) return messageId;
    const { recipient, subject, html, text } = delivery;
    return await this.transport.send({ messageId, recipient, subject, html, text });
  }

  private async recordAcceptance(delivery: ClaimedDelivery, receipt: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.recordSent(delivery, receipt);
        return;
      } catch (error) {
        if (tries === RECORD_TRIES) {
          this.report.unrecorded(delivery, error);
          throw error;
        }
        await sleep(RECORD_PAUSE_MS);
      }
    }
  }

  private async recordSent(delivery: ClaimedDelivery, receipt: string): Promise<void> {
    const sentAt = new Date();
    const recorded = await this.unitOfWork.transaction(async () => {
      if (!(await this.deliveries.markSent(delivery.id, receipt))) return false;
      await this.events.publish(
        createEvent('notification.sent', {
          id: deterministicId('notification.sent', delivery.id),
          subject: delivery.id,
          data: outcomeOf(delivery, sentAt),
        }),
      );
      return true;
    });
    if (recorded) this.report.sent(delivery, sentAt);
  }

  private async recordFailure(delivery: ClaimedDelivery, error: unknown): Promise<void> {
    const known = error instanceof MailError;
    if (!known) this.report.unexpected(delivery, error);
    const { reason, permanent } = known ? error : { reason: 'unexpected failure', permanent: false };
    const delayMs = permanent ? undefined : pauseAfter(delivery.attempt, this.settings.retry, Math.random());
    if (delayMs === undefined) {
      await this.giveUp(delivery, reason);
      return;
    }
    await this.deliveries.postpone(delivery, reason, delayMs);
    this.report.postponed(delivery, reason, delayMs);
  }

  private async giveUp(delivery: ClaimedDelivery, reason: string): Promise<void> {
    const recorded = await this.unitOfWork.transaction(async () => {
      if (!(await this.deliveries.markFailed(delivery, reason))) return false;
      await this.events.publish(
        createEvent('notification.failed', {
          subject: delivery.id,
          data: { ...outcomeOf(delivery, new Date()), reason },
        }),
      );
      return true;
    });
    if (recorded) this.report.failed(delivery, reason);
  }
}

function outcomeOf({ id, userId, template }: ClaimedDelivery, at: Date) {
  return {
    notificationId: id,
    userId,
    channel: 'email' as const,
    template,
    occurredAt: at.toISOString(),
  };
}
