import { Injectable } from '@nestjs/common';
import { runInContext, systemContext } from '@vici/utils';
import { DomainError, isDomainError } from '@vici/utils/domain';
import { isTransient } from '../../domain/saga-record.js';
import { BeginCheckout } from '../checkout/begin-checkout.js';
import { requireAmount } from '../checkout/price-cart.js';
import { SagaMonitor } from '../checkout/saga-monitor.js';
import { type CheckoutIntent, CheckoutIntentRepository } from '../ports/checkout-intent.repository.js';
import { CheckoutSagaRepository } from '../ports/checkout-saga.repository.js';
import { Payments } from '../ports/payments.port.js';

/** What the order says it was paid with: the browser knows, this service does not. */
const PAYMENT_METHOD = 'card';

/** What became of a payment without a confirm. */
type Settled = 'ordered' | 'returned';

/**
 * The shopper has approved or made the payment and never came back to confirm. The order is made all the same, of the
 * cart and the address the payment was opened for; where that cannot be, the money goes back and the shopper is told.
 */
@Injectable()
export class SettleUnorderedPaymentUseCase {
  constructor(
    private readonly intents: CheckoutIntentRepository,
    private readonly sagas: CheckoutSagaRepository,
    private readonly begin: BeginCheckout,
    private readonly payments: Payments,
    private readonly monitor: SagaMonitor,
  ) {}

  /** @throws what may not be so a moment later: it is tried again */
  async execute(intent: CheckoutIntent): Promise<void> {
    const known = await this.sagas.findByIntent(intent.id);
    if (known !== undefined) {
      // The shopper did confirm; money that came in for a checkout at rest drives it.
      await this.sagas.markPaid([intent.id]);
      return;
    }
    this.monitor.unorderedPayment(intent.id, await this.settle(intent));
  }

  private async settle(intent: CheckoutIntent): Promise<Settled> {
    try {
      await this.order(intent);
      return 'ordered';
    } catch (error) {
      if (!(error instanceof DomainError) || isTransient(error)) {
        throw error;
      }
      await this.giveBack(intent, error);
      return 'returned';
    }
  }

  private async order(intent: CheckoutIntent): Promise<void> {
    const caller = { role: 'customer', userId: intent.userId } as const;
    const { context } = await runInContext({ ...systemContext('order-service'), caller }, () =>
      this.draft(intent),
    );
    await this.begin.start(intent.userId, intent.id, context);
  }

  private async draft(intent: CheckoutIntent) {
    const quote = await this.intents.lastQuote(intent.userId);
    if (quote === undefined) {
      throw new DomainError('NOT_FOUND', 'Nobody knows where the order is to be sent.');
    }
    const draft = await this.begin.draft({
      shippingAddressId: quote.addressId,
      paymentMethod: PAYMENT_METHOD,
      shippingMethod: intent.shippingMethod,
      ...(quote.couponCode === undefined ? {} : { couponCode: quote.couponCode }),
    });
    requireAmount(draft.cart.price.total, intent.amount);
    return draft;
  }

  private async giveBack({ id }: CheckoutIntent, cause: DomainError): Promise<void> {
    const reason = `The order could not be made: ${cause.message}`.slice(0, 200);
    try {
      await this.payments.cancelIntent(id, reason);
    } catch (error) {
      if (!isDomainError(error, 'INVALID_TRANSITION')) {
        throw error;
      }
      await this.payments.refundUntold(id, `unordered:${id}`, reason);
    }
  }
}
