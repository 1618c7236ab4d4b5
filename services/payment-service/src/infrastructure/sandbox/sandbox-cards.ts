/** What a payment method of the sandbox does. */
export interface SandboxCard {
  /** Missing: the charge succeeds. */
  readonly declineCode?: string;
  /** How long the processor thinks, in milliseconds. */
  readonly thinksMs?: number;
  /** The webhook is sent so much later, in milliseconds. */
  readonly webhookDelayMs?: number;
  /** How often the webhook is sent. */
  readonly webhookCopies?: number;
  /** The cardholder complains right after the charge, for this reason. */
  readonly disputedFor?: string;
  /** What is printed on the card. */
  readonly brand?: string;
}

const SLOW_MS = 3_000;
const LATE_WEBHOOK_MS = 5_000;

/** The names are those of Stripe's test payment methods where it has one: https://docs.stripe.com/testing */
const CARDS: Readonly<Record<string, SandboxCard>> = {
  pm_card_visa: { brand: 'visa' },
  pm_card_visa_debit: { brand: 'visa' },
  pm_card_mastercard: { brand: 'mastercard' },
  pm_card_amex: { brand: 'amex' },
  pm_card_discover: { brand: 'discover' },
  pm_card_chargeDeclined: { declineCode: 'card_declined' },
  pm_card_chargeDeclinedInsufficientFunds: { declineCode: 'insufficient_funds' },
  pm_card_authenticationRequired: { declineCode: 'authentication_required' },
  pm_card_chargeDeclinedProcessingError: { declineCode: 'processing_error' },
  pm_card_processingError: { declineCode: 'processing_error' },
  pm_card_createDispute: { disputedFor: 'fraudulent' },
  pm_card_slow: { thinksMs: SLOW_MS },
  pm_card_lateWebhook: { webhookDelayMs: LATE_WEBHOOK_MS },
  pm_card_duplicateWebhook: { webhookCopies: 2 },
};

/** A `pm_` name the sandbox has not given out is refused; any other word stands for a good card. */
export function sandboxCard(paymentMethod: string): SandboxCard {
  const known = Object.hasOwn(CARDS, paymentMethod) ? CARDS[paymentMethod] : undefined;
  return known ?? (paymentMethod.startsWith('pm_') ? { declineCode: 'payment_method_unknown' } : {});
}

/** The last four digits a test card shows. */
export const SANDBOX_LAST4 = '4242';
