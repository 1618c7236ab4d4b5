import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { checkpoint, deterministicId } from '@vici/utils';
import { type ClaimedDelivery, messageIdOf, pauseAfter, type RetryPolicy } from '../domain/delivery.js';
import { Acceptances } from './acceptances.js';
import { ConsentRules } from './consent.rules.js';
import { DeliveryReport } from './delivery.report.js';
import { DeliveryRepository } from './delivery.repository.js';
import { MessageError, MessageProviders } from './message-provider.js';
import { UnsubscribeLinks } from './unsubscribe.js';

/** How mails are sent. */
export abstract class DeliverySettings {
  abstract readonly retry: RetryPolicy;
  /** Right side of every Message-ID. */
  abstract readonly mailDomain: string;
  /** Messages of one process on their way at once. */
  abstract readonly atOnce: number;
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
    private readonly providers: MessageProviders,
    private readonly rules: ConsentRules,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly acceptances: Acceptances,
    private readonly report: DeliveryReport,
    private readonly settings: DeliverySettings,
    private readonly links: UnsubscribeLinks,
  ) {}

  /** @throws DomainError SERVICE_UNAVAILABLE when the outcome of a mail not sent cannot be recorded */
  async execute(delivery: ClaimedDelivery): Promise<void> {
    if (delivery.attempt > this.settings.retry.maxAttempts) {
      // Every attempt ended with its sender: this mail may be what ends it.
      await this.giveUp(delivery, 'no attempt came to an end');
      return;
    }
    if (!(await this.isWanted(delivery))) return;
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

  private async isWanted(delivery: ClaimedDelivery): Promise<boolean> {
    const verdict = await this.rules.judge(delivery);
    if (verdict.kind === 'wait') {
      await this.deliveries.defer(delivery, verdict.reason, verdict.delayMs);
    } else if (verdict.kind === 'drop') {
      await this.unitOfWork.transaction(() => this.deliveries.suppress(delivery, verdict.reason));
      this.report.suppressed(delivery, verdict.reason);
    }
    return verdict.kind === 'send';
  }

  private async handOver(delivery: ClaimedDelivery): Promise<string> {
    if (delivery.recipient === '') throw new MessageError('the address is not known yet', false);
    const provider = this.providers.of(delivery.channel);
    if (provider === undefined) throw new MessageError(`${delivery.channel} is not in use`, true);
    const messageId = messageIdOf(delivery.id, this.settings.mailDomain);
    const { userId, recipient, subject, html, text } = delivery;
    const message = {
      messageId,
      recipient,
      subject,
      html,
      text,
      ...(delivery.purpose === 'marketing' && { unsubscribeUrl: this.links.clickUrl(userId) }),
    };
    const earlier = delivery.attempt > 1 ? await provider.receiptOf?.(message) : undefined;
    return earlier ?? (await provider.send(message));
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
    const event = createEvent('notification.sent', {
      id: deterministicId('notification.sent', delivery.id),
      subject: delivery.id,
      data: outcomeOf(delivery, sentAt),
    });
    if (await this.acceptances.note({ delivery, receipt, event })) this.report.sent(delivery, sentAt);
  }

  private async recordFailure(delivery: ClaimedDelivery, error: unknown): Promise<void> {
    const known = error instanceof MessageError;
    if (!known) this.report.unexpected(delivery, error);
    const { reason, permanent } = known ? error : { reason: 'unexpected failure', permanent: false };
    const delayMs = permanent ? undefined : pauseAfter(delivery.attempt, this.settings.retry, Math.random());
    if (delayMs === undefined) {
      await this.giveUp(delivery, reason);
      return;
    }
    await this.unitOfWork.transaction(() => this.deliveries.postpone(delivery, reason, delayMs));
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

function outcomeOf({ id, userId, channel, template }: ClaimedDelivery, at: Date) {
  return {
    notificationId: id,
    userId,
    channel,
    template,
    occurredAt: at.toISOString(),
  };
}
