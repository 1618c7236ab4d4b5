import { Injectable } from '@nestjs/common';
import { currentContext, requireUserId } from '@vici/utils';
import { DomainError, newId, notFound } from '@vici/utils/domain';
import type { Order } from '../domain/order.entity.js';
import type { SagaRecord } from '../domain/saga-record.js';
import { BeginCheckout, type CheckoutCommand } from './checkout/begin-checkout.js';
import { CheckoutCompletion, requireNotUndone } from './checkout/checkout-completion.js';
import { CheckoutIntentRepository } from './ports/checkout-intent.repository.js';
import { CheckoutSagaRepository } from './ports/checkout-saga.repository.js';
import { OrderRepository } from './ports/order.repository.js';
import { Payments } from './ports/payments.port.js';

/**
 * Buys the cart in one step: opens the payment and runs the checkout with it. Unique on the idempotency key of the
 * call: sent again, it gives the order of the first time.
 */
@Injectable()
export class PlaceOrderUseCase {
  constructor(
    private readonly begin: BeginCheckout,
    private readonly completion: CheckoutCompletion,
    private readonly sagas: CheckoutSagaRepository,
    private readonly intents: CheckoutIntentRepository,
    private readonly payments: Payments,
    private readonly orders: OrderRepository,
  ) {}

  /** @throws DomainError PAYMENT_DECLINED, INSUFFICIENT_STOCK, REQUEST_IN_PROGRESS, and what pricing throws */
  async execute(command: CheckoutCommand): Promise<Order> {
    const userId = requireUserId();
    const key = currentContext()?.idempotencyKey ?? newId();
    const saga = (await this.sagas.findByPlaceKey(userId, key)) ?? (await this.start(command, userId, key));
    const settled = await this.completion.wait(saga);
    const order = await this.orders.find(settled.orderId);
    // An order that was cancelled by its owner after all is still the answer to this key; a failure is too.
    if (settled.outcome?.error !== undefined || order === undefined) {
      requireNotUndone(settled);
    }
    if (order === undefined) {
      throw notFound('Order', settled.orderId);
    }
    return order;
  }

  private async start(command: CheckoutCommand, userId: string, key: string): Promise<SagaRecord> {
    const started = await this.tryStart(command, userId, key);
    const saga = started ?? (await this.sagas.findByPlaceKey(userId, key));
    if (saga === undefined) {
      throw new DomainError('CONFLICT', 'This payment already belongs to another order.');
    }
    return saga;
  }

  private async tryStart(
    command: CheckoutCommand,
    userId: string,
    key: string,
  ): Promise<SagaRecord | undefined> {
    try {
      const { cart, context } = await this.begin.draft(command);
      const { total } = cart.price;
      const paymentKey = ['order', userId, key, total.minor, total.currency].join(':');
      const { id } = await this.payments.createIntent(userId, total, paymentKey);
      const { cartId, cartVersion } = cart;
      const { shippingMethod } = cart.price;
      await this.intents.add({ id, userId, amount: total, cartId, cartVersion, shippingMethod, paymentKey });
      return await this.begin.start(userId, id, context, key);
    } catch (error) {
      // The same call, made twice at once: the other one may have bought and emptied the cart in between.
      if ((await this.sagas.findByPlaceKey(userId, key)) === undefined) {
        throw error;
      }
      return undefined;
    }
  }
}
