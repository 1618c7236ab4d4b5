import type { Money } from '@vici/utils/domain';

/** What an entry of an explained price stands for. */
export type AdjustmentType = 'base' | 'promotion' | 'rounding' | 'shipping' | 'tax';

/** One entry of what a total is made of. The amounts that are not `included` sum to the total they explain. */
export interface PriceAdjustment {
  readonly type: AdjustmentType;
  /** Negative where something is taken off. */
  readonly amount: Money;
  readonly description: string;
  /** Of a promotion, and of the rounding of its share. */
  readonly promotionId?: string;
  readonly couponCode?: string;
  /** Part of another amount already: shown, not added. */
  readonly included?: boolean;
}

/** What a discount is made of: the share of a promotion, or its rounding. */
export type Reduction = PriceAdjustment & { readonly type: 'promotion' | 'rounding' };

/** Whether the entry is part of a discount. */
export function isReduction(entry: PriceAdjustment): entry is Reduction {
  return entry.type === 'promotion' || entry.type === 'rounding';
}

/** A promotion that pays for shipping. */
export interface FreeShipping {
  readonly promotionId: string;
  readonly description: string;
  readonly couponCode?: string;
}
