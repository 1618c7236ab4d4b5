import { Injectable } from '@nestjs/common';
import type { ItemQuantities } from '../../../domain/item-quantity.js';
import type { OrderContent } from '../../../domain/order-content.js';
import { Stock, type StockLine } from '../../ports/stock.port.js';
import { CheckoutSettings } from '../checkout-settings.js';
import type { CheckoutRun, CheckoutStep, StepResult, Undone } from './checkout-step.js';

/** Sets the units aside before any money moves. */
@Injectable()
export class ReserveStockStep implements CheckoutStep {
  readonly name = 'reserve-stock';
  readonly kind = 'remote';

  constructor(
    private readonly stock: Stock,
    private readonly settings: CheckoutSettings,
  ) {}

  async action({ saga }: CheckoutRun): Promise<StepResult> {
    await this.stock.reserve(
      saga.orderId,
      stockLines(saga.context.content),
      this.settings.reservationSeconds,
    );
    // Most orders use no promotion: nothing is to be redeemed, and no advance to be stored.
    return saga.context.promotionIds.length === 0 ? { alsoDone: ['redeem-promotions'] } : {};
  }

  async compensate({ saga }: CheckoutRun): Promise<Undone> {
    await this.stock.release(saga.orderId, saga.outcome?.reason ?? 'order cancelled');
    return {};
  }
}

/** The units of an order, less those that are `gone`. */
export function stockLines(content: OrderContent, gone: ItemQuantities = new Map()): StockLine[] {
  return content.lines
    .map(({ id, sku, productId, variantId, quantity }) => ({
      sku,
      productId,
      ...(variantId === undefined ? {} : { variantId }),
      quantity: quantity - (gone.get(id) ?? 0),
    }))
    .filter(({ quantity }) => quantity > 0);
}
