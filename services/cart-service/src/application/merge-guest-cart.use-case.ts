import { Injectable } from '@nestjs/common';
import { Clock, checkpoint } from '@vici/utils';
import {
  type AvailableUnits,
  beginHandover,
  type CartLine,
  type CartMergePolicy,
  endHandover,
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
 * shopper's cart takes that number in once, the guest's cart forgets it.
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
    const { handover } = await this.carts.update(guest, (cart) => beginHandover(cart, this.clock.now()));
    if (handover === undefined) return;
    await checkpoint('cart.handover-begun');
    const availableOf = await this.availability(handover.lines);
    await this.carts.update({ kind: 'user', userId }, (cart) =>
      takeHandover(cart, handover, this.policy, availableOf, this.clock.now()),
    );
    await checkpoint('cart.handover-taken');
    await this.carts.update(guest, (cart) => endHandover(cart, handover.id, this.clock.now()));
  }

  private async availability(lines: readonly CartLine[]): Promise<AvailableUnits> {
    const entries = await this.catalogue.find([...new Set(lines.map((line) => line.productId))]);
    return (line) => offerFor(line, entries.get(line.productId))?.stock;
  }
}
