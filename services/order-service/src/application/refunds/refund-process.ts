import { Injectable } from '@nestjs/common';
import { runInContext, systemContext } from '@vici/utils';
import { checkpoint, notFound } from '@vici/utils/domain';
import type { ItemQuantity } from '../../domain/item-quantity.js';
import type { Order } from '../../domain/order.entity.js';
import type { Refund } from '../../domain/refund.js';
import { isTransient } from '../../domain/saga-record.js';
import { backOffMs } from '../checkout/back-off.js';
import { codeOf } from '../checkout/saga-monitor.js';
import { OrderRepository } from '../ports/order.repository.js';
import { Payments } from '../ports/payments.port.js';
import { RefundRepository } from '../ports/refund.repository.js';
import { Stock, type StockLine } from '../ports/stock.port.js';
import { RefundCompletion } from './refund-completion.js';
import { RefundMonitor } from './refund-monitor.js';

/** Nobody else runs a refund that was taken less long ago; longer than its calls can last. */
export const REFUND_LEASE_MS = 30_000;

/** What a refund works with on its way out of the house. */
@Injectable()
export class RefundUpstreams {
  constructor(
    readonly payments: Payments,
    readonly stock: Stock,
  ) {}
}

/**
 * Carries out refunds that are stored as pending: money first, then units, each under the refund's id, so that a run
 * that breaks off anywhere is simply made again; then order, credit note and event in one transaction.
 */
@Injectable()
export class RefundProcess {
  constructor(
    private readonly upstreams: RefundUpstreams,
    private readonly orders: OrderRepository,
    private readonly refunds: RefundRepository,
    private readonly completion: RefundCompletion,
    private readonly monitor: RefundMonitor,
  ) {}

  /** Runs a refund that this process has taken, as the system. */
  run(refund: Refund): Promise<void> {
    return runInContext(systemContext('order-service'), () => this.attempt(refund));
  }

  /** Takes and runs refunds that are due; gives how many. */
  async runDue(limit: number): Promise<number> {
    const due = await this.refunds.takeDue(limit, REFUND_LEASE_MS);
    for (const refund of due) {
      await this.run(refund);
    }
    return due.length;
  }

  private async attempt(refund: Refund): Promise<void> {
    try {
      const order = await this.orders.find(refund.orderId);
      if (order === undefined) {
        throw notFound('Order', refund.orderId);
      }
      await this.giveMoneyBack(order, refund);
      await this.putUnitsBack(order, refund);
      await checkpoint('order.refund.before-complete');
      await this.completion.succeed(refund);
      this.monitor.settled(refund, 'SUCCEEDED');
    } catch (error) {
      await this.failed(refund, error);
    }
  }

  private async giveMoneyBack({ state }: Order, { id, amount, reason }: Refund): Promise<void> {
    if (amount.isZero()) {
      return;
    }
    await checkpoint('order.refund.before-money');
    await this.upstreams.payments.refund(state.paymentId, referenceOf(id), reason, amount);
    await checkpoint('order.refund.after-money');
  }

  /** The money has gone back: units that inventory will not take must not keep that from being written down. */
  private async putUnitsBack({ state }: Order, refund: Refund): Promise<void> {
    const units = unitsOf(state.content.lines, refund.restock);
    if (units.length === 0) {
      return;
    }
    try {
      await this.upstreams.stock.restock(state.id, units, referenceOf(refund.id), refund.reason);
    } catch (error) {
      if (isTransient(error)) {
        throw error;
      }
      this.monitor.notRestocked(refund, error);
    }
  }

  private async failed(refund: Refund, error: unknown): Promise<void> {
    if (isTransient(error)) {
      const delay = backOffMs(refund.failures);
      this.monitor.postponed(refund, error, delay);
      return this.refunds.postpone(refund.id, delay, codeOf(error));
    }
    await this.completion.fail(refund, error);
    this.monitor.settled(refund, 'FAILED', error);
  }
}

function referenceOf(refundId: string): string {
  return `refund:${refundId}`;
}

/** Units as inventory counts them. */
export function unitsOf(
  lines: readonly { id: string; sku: string; productId: string; variantId?: string }[],
  wanted: readonly ItemQuantity[],
): StockLine[] {
  return wanted.flatMap(({ orderItemId, quantity }) => {
    const line = lines.find(({ id }) => id === orderItemId);
    if (line === undefined) {
      return [];
    }
    const { sku, productId, variantId } = line;
    return [{ sku, productId, ...(variantId === undefined ? {} : { variantId }), quantity }];
  });
}
