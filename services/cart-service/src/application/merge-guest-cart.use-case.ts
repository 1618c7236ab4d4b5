import { Injectable } from '@nestjs/common';
import { Clock, checkpoint } from '@vici/utils';
import {
  type AvailableUnits,
  beginHandover,
  type CartLine,
  type CartMergePolicy,
  endHandover,
  type Handover,
  takeHandover,
} from '../domain/cart.entity.js';
import { offerFor } from './cart-pricing.js';
import { CartRepository, Catalogue } from './ports.js';

/** The policy in use; another shop may bind another one. */
export abstract class MergePolicy implements CartMergePolicy {
  abstract merge: CartMergePolicy['merge'];
}

/**
 * Brings what a guest had chosen into the cart of the account they signed in to. The two carts may live on different
 * Redis nodes, so this goes in three steps that can be repeated: the guest's lines are set aside under a number, the
 * shopper's cart takes that number in once, the guest's cart forgets it. The handover names who it is for: when two
 * people sign in from one browser, the second finishes what the first has begun, for the first.
 */
@Injectable()
export class MergeGuestCart {
  constructor(
    private readonly carts: CartRepository,
    private readonly catalogue: Catalogue,
    private readonly policy: MergePolicy,
    private readonly clock: Clock,
  ) {}

  async execute(userId: string, sessionId: string): Promise<void> {
    const guest = { kind: 'guest', sessionId } as const;
    for (;;) {
      const { handover } = await this.carts.update(guest, (cart) =>
        beginHandover(cart, userId, this.clock.now()),
      );
      if (handover === undefined) return;
      await checkpoint('cart.handover-begun');
      const takerId = handover.userId ?? userId;
      await this.take(takerId, handover);
      await checkpoint('cart.handover-taken');
      await this.carts.update(guest, (cart) => endHandover(cart, handover.id, this.clock.now()));
      if (takerId === userId) return;
    }
  }

  private async take(userId: string, handover: Handover): Promise<void> {
    const availableOf = await this.availability(handover.lines);
    await this.carts.update({ kind: 'user', userId }, (cart) =>
      takeHandover(cart, handover, this.policy, availableOf, this.clock.now()),
    );
  }

  private async availability(lines: readonly CartLine[]): Promise<AvailableUnits> {
    const entries = await this.catalogue.find([...new Set(lines.map((line) => line.productId))]);
    return (line) => offerFor(line, entries.get(line.productId))?.stock;
  }
}
