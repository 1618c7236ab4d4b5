import { Injectable } from '@nestjs/common';
import { Logger } from '@vici/utils';
import type { PaymentIntent } from '../domain/payment-intent.js';
import { IntentRepository, ProviderEventRepository, RefundRepository } from './payment.repositories.js';
import { PaymentProvider } from './payment-provider.js';
import { ReceiveWebhook } from './receive-webhook.use-case.js';
import { RefundPayment } from './refund-payment.use-case.js';
import { Settlement } from './settlement.js';

/** How many of each kind one round looks at; what is left waits for the next. */
const BATCH = 50;

/** Finds out what became of captures whose answer was lost: the process died, or the provider did not answer. */
@Injectable()
export class RecoverCaptures {
  constructor(
    private readonly intents: IntentRepository,
    private readonly provider: PaymentProvider,
    private readonly settlement: Settlement,
    private readonly logger: Logger,
  ) {}

  async execute(olderThanMs: number): Promise<void> {
    for (const intent of await this.intents.findStuck(olderThanMs, BATCH)) {
      try {
        await this.recover(intent);
      } catch (error) {
        // Behind the others, so that one that cannot be settled does not keep them waiting.
        await this.intents.touch(intent.id);
        this.logger.warn('a capture could not be settled; it is tried again', { intentId: intent.id, error });
      }
    }
  }

  private async recover({ id, attempt, providerIntentId }: PaymentIntent): Promise<void> {
    if (providerIntentId === undefined) throw new Error(`Intent ${id} is not open at the provider`);
    const answer = await this.provider.getIntent(providerIntentId);
    const unheard = answer.status === 'open' || answer.status === 'authorized';
    if (unheard) await this.settlement.withdraw(id, attempt);
    else if (answer.status === 'processing') await this.intents.touch(id);
    else await this.settlement.settleIntent(id, answer, attempt);
    this.logger.info('a capture was recovered', { intentId: id, attempt, found: answer.status });
  }
}

/** Completes refunds that were promised and whose answer was lost. */
@Injectable()
export class RecoverRefunds {
  constructor(
    private readonly refunds: RefundRepository,
    private readonly refunding: RefundPayment,
    private readonly logger: Logger,
  ) {}

  async execute(olderThanMs: number): Promise<void> {
    for (const refund of await this.refunds.findStuck(olderThanMs, BATCH)) {
      try {
        await this.refunding.completeAgain(refund);
        this.logger.info('a refund was recovered', { refundId: refund.id });
      } catch (error) {
        await this.refunds.touch(refund.id);
        this.logger.warn('a refund could not be completed; it is tried again', {
          refundId: refund.id,
          error,
        });
      }
    }
  }
}

/** Applies messages of the provider that were kept but not applied. */
@Injectable()
export class RecoverProviderEvents {
  constructor(
    private readonly events: ProviderEventRepository,
    private readonly provider: PaymentProvider,
    private readonly webhook: ReceiveWebhook,
    private readonly logger: Logger,
  ) {}

  async execute(olderThanMs: number): Promise<void> {
    for (const eventId of await this.events.findUnapplied(this.provider.name, olderThanMs, BATCH)) {
      try {
        await this.webhook.apply(eventId);
      } catch (error) {
        this.logger.warn('a message of the provider could not be applied; it is tried again', {
          eventId,
          error,
        });
      }
    }
  }
}
