import { Injectable } from '@nestjs/common';
import { currentContext, requireUserId } from '@vici/utils';
import { DomainError, type Money } from '@vici/utils/domain';
import { CartPricing, type PricedCart, requireAmount } from './checkout/price-cart.js';
import {
  type CheckoutIntent,
  CheckoutIntentRepository,
  type KnownIntent,
  type ShopperStanding,
} from './ports/checkout-intent.repository.js';
import { type PaymentIntent, Payments } from './ports/payments.port.js';

/**
 * Opens a payment for exactly what the caller's cart costs, sent where the last quote said. Asked again for the
 * unchanged cart it gives the payment that is open already, so that double clicks and reloads do not pile them up.
 */
@Injectable()
export class CreatePaymentIntentUseCase {
  constructor(
    private readonly pricing: CartPricing,
    private readonly intents: CheckoutIntentRepository,
    private readonly payments: Payments,
  ) {}

  /** @throws DomainError AMOUNT_MISMATCH, IDEMPOTENCY_KEY_REUSED, and what pricing throws */
  async execute(amount: Money): Promise<PaymentIntent> {
    const userId = requireUserId();
    const requestKey = currentContext()?.idempotencyKey;
    const repeated = await this.repeated(userId, requestKey, amount);
    if (repeated !== undefined) {
      return repeated;
    }
    const { quote, latestCart } = await this.intents.standing(userId);
    const cart = await this.pricing.price({ ...quote, fallBackToDefault: true });
    requireAmount(cart.price.total, amount);
    const newest = isNews(cart, latestCart) ? undefined : await this.newestFor(userId, cart);
    return (await this.stillOpen(newest)) ?? (await this.openFor(userId, cart, newest, requestKey));
  }

  private async repeated(
    userId: string,
    requestKey: string | undefined,
    amount: Money,
  ): Promise<PaymentIntent | undefined> {
    const known =
      requestKey === undefined ? undefined : await this.intents.findByRequestKey(userId, requestKey);
    if (known === undefined) {
      return undefined;
    }
    if (!known.amount.equals(amount)) {
      throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another amount.');
    }
    return this.payments.getIntent(known.id);
  }

  private newestFor(
    userId: string,
    { cartId, cartVersion, price }: PricedCart,
  ): Promise<KnownIntent | undefined> {
    return this.intents.newestForCart(userId, cartId, cartVersion, price.total);
  }

  private async openFor(
    userId: string,
    cart: PricedCart,
    newest: KnownIntent | undefined,
    requestKey: string | undefined,
  ): Promise<PaymentIntent> {
    const { cartId, cartVersion } = cart;
    const { total } = cart.price;
    // The same for simultaneous calls, another one once the payment before it is closed.
    const after = newest?.id ?? 'first';
    const paymentKey = ['checkout', userId, cartId, cartVersion, total.minor, total.currency, after].join(
      ':',
    );
    const intent = await this.payments.createIntent(userId, total, paymentKey);
    const { shippingMethod } = cart.price;
    const opened: CheckoutIntent = {
      id: intent.id,
      userId,
      amount: total,
      cartId,
      cartVersion,
      shippingMethod,
      paymentKey,
    };
    await this.intents.add(requestKey === undefined ? opened : { ...opened, requestKey });
    return intent;
  }

  private async stillOpen(known: KnownIntent | undefined): Promise<PaymentIntent | undefined> {
    if (known === undefined || known.sagaState === 'cancelled' || known.sagaState === 'completed') {
      return undefined;
    }
    const intent = await this.payments.getIntent(known.id);
    return intent.status === 'cancelled' ? undefined : intent;
  }
}

/** No payment was opened for this version of the cart: for none at all, or for earlier ones alone. */
function isNews(cart: PricedCart, latest: ShopperStanding['latestCart']): boolean {
  return latest === undefined || (latest.cartId === cart.cartId && latest.cartVersion < cart.cartVersion);
}
