import { Injectable } from '@nestjs/common';
import { Carts } from '../../ports/carts.port.js';
import type { CheckoutRun, CheckoutStep, StepResult } from './checkout-step.js';

/** Takes what was bought out of the cart. Nothing to undo: a cancelled order does not fill the cart again. */
@Injectable()
export class ClearCartStep implements CheckoutStep {
  readonly name = 'clear-cart';
  readonly kind = 'remote';

  constructor(private readonly carts: Carts) {}

  async action({ saga }: CheckoutRun): Promise<StepResult> {
    const { lines } = saga.context.content;
    await this.carts.removePurchased(
      saga.userId,
      saga.orderId,
      lines.map(({ productId, variantId, quantity }) => ({
        productId,
        ...(variantId === undefined ? {} : { variantId }),
        quantity,
      })),
    );
    return {};
  }

  async resolveUnknown(): Promise<'not-done'> {
    return 'not-done';
  }
}
