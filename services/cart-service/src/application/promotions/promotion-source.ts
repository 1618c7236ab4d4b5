import type { ShopperHistory } from '../../domain/promotions/eligibility.js';
import type { Promotion } from '../../domain/promotions/promotion.js';

/** The promotions a cart is priced with. */
export abstract class PromotionSource {
  /** Those without a code; they may be known a second late. */
  abstract automatic(): Promise<readonly Promotion[]>;
  /** The one with this code, however old or used up; undefined when there is none. */
  abstract byCode(code: string): Promise<Promotion | undefined>;
  /** What the promotions' conditions ask of the shopper; undefined for a guest. */
  abstract historyOf(userId: string | undefined, promotions: readonly Promotion[]): Promise<ShopperHistory>;
  /** What was remembered is out of date. */
  abstract forget(): void;
}
