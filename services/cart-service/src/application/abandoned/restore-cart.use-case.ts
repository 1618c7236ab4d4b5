import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, invalidField } from '@vici/utils';
import { restoreLines } from '../../domain/cart.entity.js';
import type { CartOwner } from '../../domain/cart-owner.js';
import type { PricedCart } from '../../domain/priced-cart.js';
import { CartPricing } from '../cart-pricing.js';
import { CartRepository } from '../ports.js';
import { AbandonedCartRepository, type CartRestore } from './abandoned-cart.repository.js';
import { hashOfToken } from './restore-token.js';

/** Brings back what a reminder's link is about. Followed twice it adds nothing twice, and tells of it once. */
@Injectable()
export class RestoreCart {
  constructor(
    private readonly repository: AbandonedCartRepository,
    private readonly carts: CartRepository,
    private readonly pricing: CartPricing,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED naming `token` when it is unknown, expired, or another shopper's */
  async execute(owner: CartOwner, token: string): Promise<PricedCart> {
    const restore = await this.repository.findRestore(hashOfToken(token), this.clock.now());
    if (restore === undefined || (owner.kind === 'user' && owner.userId !== restore.userId)) {
      throw invalidField('token', 'is not valid, or has expired');
    }
    const cart = await this.carts.update(owner, (current) =>
      restoreLines(current, restore.lines, this.clock.now()),
    );
    await this.tell(restore);
    return await this.pricing.price(cart);
  }

  private async tell({ tokenHash, userId, cartId }: CartRestore): Promise<void> {
    const now = this.clock.now();
    await this.unitOfWork.transaction(async () => {
      if (!(await this.repository.useRestore(tokenHash, now))) return;
      const data = { cartId, userId, occurredAt: now.toISOString() };
      await this.events.publish(createEvent('cart.restored', { subject: cartId, data }));
    });
  }
}
