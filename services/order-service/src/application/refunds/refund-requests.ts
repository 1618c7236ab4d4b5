import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@vici/events';
import { currentCaller, currentContext } from '@vici/utils';
import { Clock, DomainError, invalidField, Money, newId } from '@vici/utils/domain';
import { type ItemQuantity, requireAvailable } from '../../domain/item-quantity.js';
import type { Order } from '../../domain/order.entity.js';
import { pendingAmount, type Refund } from '../../domain/refund.js';
import { CheckoutSagaRepository } from '../ports/checkout-saga.repository.js';
import { RefundRepository } from '../ports/refund.repository.js';
import { UnitsGone } from '../returns/units-gone.js';
import { REFUND_LEASE_MS } from './refund-process.js';

/** What is asked to be given back. */
export interface RefundRequest {
  /** All that is left where it is missing. */
  readonly amount?: Money;
  readonly reason: string;
  readonly restock: readonly ItemQuantity[];
  /** The return it is for: its units were counted when it was asked for. */
  readonly returnId?: string;
  /** Nothing was paid for the units of the return: they go back on the shelf, and no money moves. */
  readonly worthless?: boolean;
}

/** Opens refunds: decides under the order's lock what may go back, and stores it as pending. */
@Injectable()
export class RefundRequests {
  constructor(
    private readonly refunds: RefundRepository,
    private readonly sagas: CheckoutSagaRepository,
    private readonly unitsGone: UnitsGone,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /**
   * The refund this call asked for before, by its idempotency key; that of the return, where it is for one.
   * @throws DomainError IDEMPOTENCY_KEY_REUSED when it was for another amount
   */
  async repeated(orderId: string, { amount, returnId }: RefundRequest): Promise<Refund | undefined> {
    const key = currentContext()?.idempotencyKey;
    if (returnId !== undefined) {
      const refunds = await this.refunds.listOf(orderId);
      return refunds.find((refund) => refund.returnId === returnId && refund.status !== 'FAILED');
    }
    const known = key === undefined ? undefined : await this.refunds.findByRequestKey(orderId, key);
    if (known !== undefined && amount !== undefined && !known.amount.equals(amount)) {
      throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another refund.');
    }
    return known;
  }

  /**
   * @param order locked in the running transaction
   * @throws DomainError INVALID_TRANSITION when nothing was paid, LIMIT_EXCEEDED past what is left of money or units,
   * REQUEST_IN_PROGRESS while the order is being cancelled, VALIDATION_FAILED
   */
  async open(order: Order, request: RefundRequest): Promise<Refund> {
    const { id: orderId, content } = order.state;
    if (await this.sagas.isCancelling(orderId)) {
      throw new DomainError('REQUEST_IN_PROGRESS', 'The order is being cancelled.');
    }
    const amount =
      request.worthless === true
        ? Money.zero(content.total.currency)
        : await this.amountOf(order, request.amount);
    if (request.returnId === undefined && request.restock.length > 0) {
      requireAvailable(content, request.restock, await this.unitsGone.of(orderId), 'restock');
    }
    const refund = this.newRefund(orderId, amount, request);
    await this.refunds.add(refund, REFUND_LEASE_MS);
    await this.record(order, refund);
    return refund;
  }

  private async amountOf(order: Order, asked: Money | undefined): Promise<Money> {
    const { id, status } = order.state;
    const { refundable } = order;
    if (refundable.isZero()) {
      throw new DomainError('INVALID_TRANSITION', `An order that is ${status} has nothing to give back.`, {
        from: status,
        to: 'REFUNDED',
      });
    }
    const pending = pendingAmount(await this.refunds.listOf(id), refundable.subtract(refundable));
    const left = refundable.subtract(pending);
    const amount = asked ?? left;
    if (asked !== undefined && asked.minor <= 0n) {
      throw invalidField('amount', 'must be positive');
    }
    if (amount.currency !== left.currency) {
      throw invalidField('amount', `must be in ${left.currency}, as the order was paid`);
    }
    if (amount.compare(left) > 0 || left.isZero()) {
      throw new DomainError(
        'LIMIT_EXCEEDED',
        `At most ${left.toDecimalString()} ${left.currency} are left.`,
        {
          left: left.toDecimal(),
          currency: left.currency,
        },
      );
    }
    return amount;
  }

  private newRefund(orderId: string, amount: Money, request: RefundRequest): Refund {
    const { reason, restock, returnId } = request;
    // One refund a return: it needs no key besides, and one that failed must not stand in the way.
    const requestKey = returnId === undefined ? currentContext()?.idempotencyKey : undefined;
    return {
      id: newId(),
      orderId,
      amount,
      reason,
      requestedBy: currentCaller().role,
      status: 'PENDING',
      restock,
      ...(returnId === undefined ? {} : { returnId }),
      ...(requestKey === undefined ? {} : { requestKey }),
      failures: 0,
      createdAt: this.clock.now(),
    };
  }

  private record({ state }: Order, { id, amount, reason, restock }: Refund): Promise<void> {
    return this.audit.record({
      action: 'order.refund',
      target: { type: 'order', id: state.id },
      before: { status: state.status, refunded: state.refunded.toDecimalString() },
      after: {
        refundId: id,
        amount: amount.toDecimalString(),
        currency: amount.currency,
        restock: restock.map(({ orderItemId, quantity }) => `${quantity} × ${orderItemId}`),
      },
      note: reason,
    });
  }
}
