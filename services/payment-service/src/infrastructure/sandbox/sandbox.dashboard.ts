import { Injectable } from '@nestjs/common';
import { type Money, newId } from '@vici/utils';
import type { ProviderDisputeStatus, ProviderIntent, ProviderRefund } from '../../domain/provider-intent.js';
import { compact, providerIntent, SandboxBooks } from './sandbox.books.js';
import { complaint } from './sandbox.payment-provider.js';
import { SandboxWebhookSignal } from './sandbox-webhook.signal.js';

/**
 * What happens at a processor without this service: the shopper approves a payment in the browser, somebody refunds by
 * hand, a cardholder complains. The service hears of it by webhook alone.
 */
@Injectable()
export class SandboxDashboard {
  constructor(
    private readonly books: SandboxBooks,
    private readonly signal: SandboxWebhookSignal,
  ) {}

  /** The shopper approves the payment with the client secret: the money is held. */
  async authorize(intentId: string): Promise<void> {
    const request = { key: newId(), intentId, asked: ['authorize'] };
    await this.books.once<ProviderIntent>(request, (intent) => {
      const authorized = { ...intent, status: 'authorized' as const };
      const answer = providerIntent(authorized);
      return { answer, intent: authorized, tell: [{ event: { intent: answer } }] };
    });
    this.signal.wake();
  }

  async refund(intentId: string, amount: Money): Promise<void> {
    const request = { key: newId(), intentId, asked: ['refund by hand', amount.minor.toString()] };
    await this.books.once<ProviderRefund>(request, () => {
      const id = `re_sandbox_${compact(newId())}`;
      const refund: ProviderRefund = { id, providerIntentId: intentId, amount, status: 'succeeded' };
      return { answer: refund, refund, tell: [{ event: { refund } }] };
    });
    this.signal.wake();
  }

  /** Sends the dispute as it now stands. */
  async dispute(intentId: string, reason: string, status: ProviderDisputeStatus): Promise<void> {
    const request = { key: newId(), intentId, asked: ['dispute', reason, status] };
    await this.books.once<ProviderIntent>(request, (intent) => ({
      answer: providerIntent(intent),
      tell: [{ event: { dispute: { ...complaint(intent, reason), status } } }],
    }));
    this.signal.wake();
  }
}
