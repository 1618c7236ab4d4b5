/** An order as far as promotions go. */
export interface RedeemingOrder {
  readonly cancelled: boolean;
  /** Tries at paying up to this one are over. */
  readonly releasedAttempt: number;
  /** The try that holds uses now; undefined when none does. */
  readonly redeemedAttempt?: number;
}

/** A promotion of which a use has been taken. */
export interface TakenUse {
  readonly code?: string;
  readonly perUserLimit?: number;
  readonly firstOrder: boolean;
}

/** Which orders use which promotions. Every method but `noteConfirmed` belongs into a transaction. */
export abstract class RedemptionRepository {
  /** The order, locked until the transaction ends. */
  abstract lock(orderId: string, userId?: string): Promise<RedeemingOrder>;
  /** Takes one use of a promotion unless none is left. Promotions are taken in the order of their ids. */
  abstract takeUse(promotionId: string): Promise<TakenUse | undefined>;
  /** Counts a use for the shopper. False: there are `limit` already. */
  abstract takeShopperUse(promotionId: string, userId: string, limit?: number): Promise<boolean>;
  /** Makes the order the shopper's first. False: another one is. */
  abstract claimFirstOrder(userId: string, orderId: string): Promise<boolean>;
  abstract add(orderId: string, promotionId: string, userId: string, attempt: number): Promise<void>;
  /** Gives back every use of the order. */
  abstract giveBack(orderId: string): Promise<void>;
  /** Tries up to this one are over. */
  abstract noteReleased(orderId: string, attempt: number): Promise<void>;
  /** The order counts as the shopper's, unless it is cancelled. */
  abstract noteConfirmed(orderId: string, userId: string): Promise<void>;
  abstract noteCancelled(orderId: string): Promise<void>;
}
