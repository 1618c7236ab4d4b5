import type { Money } from '@vici/utils';
import type {
  ProviderEvent,
  ProviderIntent,
  ProviderRefund,
  ProviderTransaction,
  SavedMethod,
} from '../domain/provider-intent.js';

/** What every call that changes something carries: asked again with it, the provider does nothing twice. */
interface Keyed {
  readonly idempotencyKey: string;
}

/** Opens a payment. `reference` is the id of the intent here. */
export interface OpenRequest extends Keyed {
  readonly reference: string;
  readonly amount: Money;
  /** Whose saved methods may pay it. */
  readonly customerId?: string;
}

/** Pays with a method. */
export interface ConfirmRequest extends Keyed {
  readonly providerIntentId: string;
  readonly paymentMethod: string;
  /** Whose payment it becomes where it was opened for nobody: only then a saved method of theirs pays it. */
  readonly customerId?: string;
}

/** Gives money back. `reference` is the id of the refund here. */
export interface RefundRequest extends Keyed {
  readonly providerIntentId: string;
  readonly reference: string;
  readonly amount: Money;
}

/**
 * A company that moves money. Each call that changes something carries an idempotency key: asked again with it, the
 * provider answers the same and does nothing twice. A decline is an answer, not an error; an error means that the
 * outcome is not known (SERVICE_UNAVAILABLE when the provider did not answer), save for the errors named below.
 */
export abstract class PaymentProvider {
  /** Its name in the database, in the webhook's address and in metrics. */
  abstract readonly name: string;

  /** Opens a payment that nothing but `confirm` or `capture` takes money for: a browser's approval only holds it. */
  abstract createIntent(request: OpenRequest): Promise<ProviderIntent>;

  /**
   * Pays with a method and takes the whole amount. What is authorized, captured or cancelled already is answered as it
   * is; there is never a second charge, whatever the key.
   */
  abstract confirm(request: ConfirmRequest): Promise<ProviderIntent>;

  /** Takes the whole amount of an authorized payment; any other is answered as it is. */
  abstract capture(request: Keyed & { readonly providerIntentId: string }): Promise<ProviderIntent>;

  /** Ends a payment that was not captured and frees what was held; a captured one is answered as it is. */
  abstract cancel(request: Keyed & { readonly providerIntentId: string }): Promise<ProviderIntent>;

  /** @throws DomainError LIMIT_EXCEEDED when the provider has less left to give back: then nothing was refunded */
  abstract refund(request: RefundRequest): Promise<ProviderRefund>;

  /** @throws DomainError NOT_FOUND */
  abstract getIntent(providerIntentId: string): Promise<ProviderIntent>;

  /** Every refund of a payment, also those made by hand. */
  abstract refundsOf(providerIntentId: string): Promise<ProviderRefund[]>;

  /** Payments opened in the span, in any order, read page by page. */
  abstract transactions(from: Date, to: Date): AsyncIterable<ProviderTransaction>;

  /** Opens a customer, to whom saved methods belong. `reference` is the user's id. */
  abstract createCustomer(request: Keyed & { readonly reference: string }): Promise<string>;

  /** @throws DomainError PAYMENT_DECLINED when the provider refuses the method */
  abstract saveMethod(
    request: Keyed & { readonly customerId: string; readonly paymentMethod: string },
  ): Promise<SavedMethod>;

  /** The newest first. */
  abstract savedMethods(customerId: string): Promise<SavedMethod[]>;

  /** @throws DomainError NOT_FOUND unless it is the customer's */
  abstract removeMethod(
    request: Keyed & { readonly customerId: string; readonly methodId: string },
  ): Promise<void>;

  /**
   * Reads a message of the provider, as it came over the wire.
   * @returns undefined for a message about something this service has no use for
   * @throws DomainError INVALID_TOKEN when the signature is not the provider's or too old, VALIDATION_FAILED for a
   * body that cannot be read
   */
  abstract parseWebhook(body: string, signature: string): ProviderEvent | undefined;
}
