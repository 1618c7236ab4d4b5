import { Injectable } from '@nestjs/common';
import { currentCaller, currentContext } from '@vici/utils';
import { newId } from '@vici/utils/domain';
import type { OrderAddress } from '../../domain/order-content.js';
import type { PricingChoice } from '../../domain/pricing/price-order.js';
import type { CheckoutContext, SagaRecord } from '../../domain/saga-record.js';
import { Customers } from '../ports/customers.port.js';
import { CheckoutSaga } from './checkout.saga.js';
import { orderContent } from './checkout-content.js';
import { CartPricing, type PricedCart } from './price-cart.js';

/** What the shopper sends to pay for the cart. */
export interface CheckoutCommand extends PricingChoice {
  readonly shippingAddressId: string;
  readonly billingAddressId?: string;
  /** The provider's token, checked already. */
  readonly paymentMethod: string;
}

/** The caller's cart, priced and frozen, ready to be paid. */
export interface CheckoutDraft {
  readonly cart: PricedCart;
  readonly context: CheckoutContext;
}

/** The first step of a checkout, before anything is stored: price and validate; then the saga takes over. */
@Injectable()
export class BeginCheckout {
  constructor(
    private readonly pricing: CartPricing,
    private readonly customers: Customers,
    private readonly saga: CheckoutSaga,
  ) {}

  /** @throws DomainError what pricing throws; NOT_FOUND for either address */
  async draft(command: CheckoutCommand): Promise<CheckoutDraft> {
    const { shippingAddressId, billingAddressId, paymentMethod, ...choice } = command;
    const recipient = this.customers.recipient(shippingAddressId);
    const address = recipient.then((found) => found.address);
    const [cart, billingAddress, { email }] = await Promise.all([
      this.pricing.price({ ...choice, address }),
      billingAddressId === shippingAddressId ? address : this.billingAddress(billingAddressId),
      recipient,
    ]);
    const { shopperSessionId } = currentCaller();
    const attemptKey = currentContext()?.idempotencyKey;
    const content = orderContent(cart, {
      email,
      paymentMethod,
      ...(billingAddress === undefined ? {} : { billingAddress }),
      ...(shopperSessionId === undefined ? {} : { shopperSessionId }),
    });
    const { promotionIds } = cart;
    return { cart, context: { content, promotionIds, ...(attemptKey !== undefined && { attemptKey }) } };
  }

  private async billingAddress(id: string | undefined): Promise<OrderAddress | undefined> {
    return id === undefined ? undefined : await this.customers.address(id);
  }

  /** Stores the checkout and begins it. Undefined: the intent or the key has one already. */
  start(
    userId: string,
    paymentIntentId: string,
    context: CheckoutContext,
    placeKey?: string,
  ): Promise<SagaRecord | undefined> {
    const ids = { id: newId<'CheckoutSaga'>(), orderId: newId<'Order'>() };
    const saga = { ...ids, paymentIntentId, userId, context };
    return this.saga.begin(placeKey === undefined ? saga : { ...saga, placeKey });
  }
}
