import { Injectable } from '@nestjs/common';
import { currentCaller, invalidField, isUuid, Logger } from '@vici/utils';
import { MergeGuestCart } from '../application/merge-guest-cart.use-case.js';
import type { CartOwner } from '../domain/cart-owner.js';

/** Finds out whose cart a call is about. */
@Injectable()
export class CallerCart {
  constructor(
    private readonly mergeGuestCart: MergeGuestCart,
    private readonly logger: Logger,
  ) {}

  /**
   * The caller's cart: the user's, else the guest session's. A guest's cart left in the browser of somebody who has
   * signed in is merged first, so that the shopper never sees a moment without it.
   * @throws DomainError VALIDATION_FAILED for a caller without user and session
   */
  async owner(): Promise<CartOwner> {
    const { userId, shopperSessionId } = currentCaller();
    const session = shopperSessionId !== undefined && isUuid(shopperSessionId) ? shopperSessionId : undefined;
    if (userId === undefined) {
      if (session === undefined) throw invalidField('X-Session-Id', 'must be a UUID');
      return { kind: 'guest', sessionId: session };
    }
    if (session !== undefined) await this.merge(userId, session);
    return { kind: 'user', userId };
  }

  private async merge(userId: string, sessionId: string): Promise<void> {
    try {
      await this.mergeGuestCart.execute(userId, sessionId);
    } catch (error) {
      // The shopper's own cart is worth showing; the merge goes on with the next call or with the login event.
      this.logger.warn('A guest cart could not be merged yet', { error });
    }
  }
}
