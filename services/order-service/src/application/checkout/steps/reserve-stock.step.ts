import { Injectable } from '@nestjs/common';
import type { ItemQuantities, ItemQuantity } from '../../../domain/item-quantity.js';
import type { OrderContent } from '../../../domain/order-content.js';
import { Stock, type StockLine, type UnitsBySku } from '../../ports/stock.port.js';
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

  async action(run: CheckoutRun): Promise<StepResult> {
    const { saga } = run;
    const { content } = saga.context;
    const missing = await this.stock.reserve(
      saga.orderId,
      stockLines(content),
      this.settings.reservationSeconds,
    );
    run.saga = { ...saga, backordered: backorderedUnits(content, missing) };
    // Most orders use no promotion: nothing is to be redeemed, and no advance to be stored.
    return saga.context.promotionIds.length === 0 ? { alsoDone: ['redeem-promotions'] } : {};
  }

  async compensate({ saga }: CheckoutRun): Promise<Undone> {
    await this.stock.release(saga.orderId, saga.outcome?.reason ?? 'order cancelled');
    return {};
  }
}

/** Shares the units that are not on the shelf out over the lines of their SKU: the last lines wait for them. */
function backorderedUnits({ lines }: OrderContent, missing: UnitsBySku): ItemQuantity[] {
  const left = new Map(missing);
  return lines.toReversed().flatMap(({ id: orderItemId, sku, quantity: ordered }) => {
    const missingOfSku = left.get(sku) ?? 0;
    const quantity = Math.min(ordered, missingOfSku);
    left.set(sku, missingOfSku - quantity);
    return quantity === 0 ? [] : [{ orderItemId, quantity }];
  });
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
