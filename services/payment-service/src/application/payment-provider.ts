import type { Money } from '@vici/utils/domain';
import type { ProviderEvent, ProviderIntent, ProviderRefund } from '../domain/provider-intent.js';

/**
 * A company that moves money. Each call that changes something carries an idempotency key: asked again with it, the
 * provider answers the same and does nothing twice. A decline is an answer, not an error; an error means that the
 * outcome is not known (SERVICE_UNAVAILABLE when the provider did not answer), save for the errors named below.
 */
export abstract class PaymentProvider {
  /** Its name in the database and in metrics. */
  abstract readonly name: string;

  /** Opens a payment. `reference` is the id of the intent here. */
  abstract createIntent(request: {
    readonly reference: string;
    readonly amount: Money;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent>;

  /**
   * Confirms the payment with a payment method and takes the whole amount. One that is captured or cancelled already
   * is answered as it is; there is never a second charge, whatever the key.
   */
  abstract capture(request: {
    readonly providerIntentId: string;
    readonly paymentMethod: string;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent>;

  /** Ends a payment that was not captured; a captured one is answered as it is. */
  abstract cancel(request: {
    readonly providerIntentId: string;
    readonly idempotencyKey: string;
  }): Promise<ProviderIntent>;

  /**
   * Gives money back. `reference` is the id of the refund here.
   * @throws DomainError LIMIT_EXCEEDED when the provider has less left to give back: then nothing was refunded
   */
  abstract refund(request: {
    readonly providerIntentId: string;
    readonly reference: string;
    readonly amount: Money;
    readonly idempotencyKey: string;
  }): Promise<ProviderRefund>;

  /** @throws DomainError NOT_FOUND */
  abstract getIntent(providerIntentId: string): Promise<ProviderIntent>;

  /**
   * Reads a message of the provider, as it came over the wire.
   * @returns undefined for a message about something this service has no use for
   * @throws DomainError INVALID_TOKEN when the signature is not the provider's, VALIDATION_FAILED for a body that
   * cannot be read
   */
  abstract parseWebhook(body: string, signature: string): ProviderEvent | undefined;
}
