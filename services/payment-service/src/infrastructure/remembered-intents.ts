import type { PaymentIntent } from '../domain/payment-intent.js';

/** Payments that are made at about the same time in one process. */
const CAPACITY = 1_000;

/** The payments this process wrote last, as it wrote them: what is decided on one is written only over its version. */
export class RememberedIntents {
  readonly #intents = new Map<string, PaymentIntent>();

  get(id: string): PaymentIntent | undefined {
    return this.#intents.get(id);
  }

  /** Keeps it in the place of the one that was not written for the longest time. */
  keep(intent: PaymentIntent): PaymentIntent {
    this.#intents.delete(intent.id);
    this.#intents.set(intent.id, intent);
    const [oldest] = this.#intents.keys();
    if (this.#intents.size > CAPACITY && oldest !== undefined) this.#intents.delete(oldest);
    return intent;
  }

  forget(id: string): void {
    this.#intents.delete(id);
  }
}
