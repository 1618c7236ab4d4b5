import { Injectable } from '@nestjs/common';
import { currentContext, requireUserId } from '@vici/utils';
import { DomainError, notFound } from '@vici/utils/domain';
import type { SagaRecord } from '../domain/saga-record.js';
import { BeginCheckout, type CheckoutCommand } from './checkout/begin-checkout.js';
import { CheckoutSaga } from './checkout/checkout.saga.js';
import { CheckoutCompletion, requireNotUndone } from './checkout/checkout-completion.js';
import { requireAmount } from './checkout/price-cart.js';
import { type CheckoutIntent, CheckoutIntentRepository } from './ports/checkout-intent.repository.js';
import { CheckoutSagaRepository } from './ports/checkout-saga.repository.js';

/** The shopper's word that the cart shall be bought with this payment. */
export interface ConfirmCommand extends CheckoutCommand {
  readonly paymentIntentId: string;
}

/** Bounds the tries to join a checkout that changes under our hands. */
const MAX_ROUNDS = 3;

/**
 * Turns the cart and a payment intent into one order. However often, and from however many places at once it is
 * called: one saga per intent, one order, one charge, the same answer. After a decline the next call is a new try.
 */
@Injectable()
export class ConfirmCheckoutUseCase {
  constructor(
    private readonly intents: CheckoutIntentRepository,
    private readonly sagas: CheckoutSagaRepository,
    private readonly begin: BeginCheckout,
    private readonly saga: CheckoutSaga,
    private readonly completion: CheckoutCompletion,
  ) {}

  /**
   * @throws DomainError PAYMENT_DECLINED, AMOUNT_MISMATCH, INSUFFICIENT_STOCK, PAYMENT_INTENT_USED (its order was
   * cancelled), NOT_FOUND (not the caller's intent), REQUEST_IN_PROGRESS (ask again), and what pricing throws
   */
  async execute(command: ConfirmCommand): Promise<SagaRecord> {
    const userId = requireUserId();
    const intent = await this.intents.findFirst(command.paymentIntentId);
    if (intent === undefined || intent.userId !== userId) {
      throw notFound('Payment intent', command.paymentIntentId);
    }
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      // The first look came with the intent; a checkout that began since is found by who begins second.
      const begun = round > 1 || intent.sagaState !== undefined;
      const saga = await this.join(command, intent, begun);
      if (saga !== undefined) {
        const settled = await this.completion.wait(saga);
        requireNotUndone(settled);
        return settled;
      }
    }
    throw new DomainError('REQUEST_IN_PROGRESS', 'This payment is being processed.');
  }

  /** The saga whose outcome answers this call. Undefined: it changed meanwhile, look again. */
  private async join(
    command: ConfirmCommand,
    intent: CheckoutIntent,
    begun: boolean,
  ): Promise<SagaRecord | undefined> {
    const saga = begun ? await this.sagas.findByIntent(intent.id) : undefined;
    if (saga === undefined || isNewTry(saga)) {
      return this.attempt(command, intent, saga);
    }
    if (isOtherMethodDuringDecline(saga, command)) {
      await this.completion.wait(saga, ({ state }) => state !== 'compensating');
      return undefined;
    }
    // Due for something else than the shopper's next try: paid after all, cancelled, or out of time.
    const leaving = saga.state === 'awaiting_retry' && (saga.paid || saga.overdue || saga.cancelRequest);
    return leaving ? ((await this.saga.run(saga.id)) ?? saga) : saga;
  }

  private async attempt(
    command: ConfirmCommand,
    intent: CheckoutIntent,
    saga: SagaRecord | undefined,
  ): Promise<SagaRecord | undefined> {
    try {
      const { shippingMethod } = intent;
      const { cart, context } = await this.begin.draft({ shippingMethod, ...command });
      requireAmount(cart.price.total, intent.amount);
      return await (saga === undefined
        ? this.begin.start(intent.userId, intent.id, context)
        : this.saga.retry(saga, context));
    } catch (error) {
      // The same call, made twice at once: the other one may have bought and emptied the cart in between.
      const now = await this.sagas.findByIntent(intent.id);
      if (now?.state === saga?.state && now?.attempt === saga?.attempt) {
        throw error;
      }
      return undefined;
    }
  }
}

/** A call after a failed try is another try, unless it is the failed call itself, sent again. */
function isNewTry(saga: SagaRecord): boolean {
  const key = currentContext()?.idempotencyKey;
  const repeated = key !== undefined && key === saga.context.attemptKey;
  const open = !saga.paid && !saga.overdue && saga.cancelRequest === undefined;
  return saga.state === 'awaiting_retry' && open && !repeated;
}

/** The try before it is just being taken back: its decline does not answer for another payment method. */
function isOtherMethodDuringDecline(
  { state, outcome, context }: SagaRecord,
  command: ConfirmCommand,
): boolean {
  const takenBack = state === 'compensating' && outcome?.kind !== 'cancelled';
  return takenBack && context.content.paymentMethod !== command.paymentMethod;
}
