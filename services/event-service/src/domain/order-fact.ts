/** A line of an order as far as figures need it. */
export interface OrderLineFact {
  readonly productId: string;
  readonly categoryId?: string | undefined;
  readonly units: number;
  /** Minor units, before discount, shipping and tax of the order. */
  readonly revenue: number;
}

/** A confirmed order and what has become of its money. Amounts in minor units. */
export interface OrderFact {
  readonly orderId: string;
  readonly userId: string;
  readonly currency: string;
  /** Milliseconds since the epoch. All figures of the order count here. */
  readonly confirmedAt: number;
  readonly cancelled: boolean;
  readonly total: number;
  readonly refunded: number;
  readonly lines: readonly OrderLineFact[];
}

/** Something that happened to an order. */
export type OrderChange =
  | { readonly kind: 'confirmed'; readonly order: Omit<OrderFact, 'cancelled' | 'refunded'> }
  | { readonly kind: 'refunded'; readonly amount: number }
  | { readonly kind: 'cancelled' };

/**
 * An order after a change; undefined for one that was never confirmed, which no figure knows. A confirmation told
 * again changes nothing.
 */
export function afterChange(fact: OrderFact | undefined, change: OrderChange): OrderFact | undefined {
  if (change.kind === 'confirmed') return fact ?? { ...change.order, cancelled: false, refunded: 0 };
  if (fact === undefined) return undefined;
  return change.kind === 'cancelled'
    ? { ...fact, cancelled: true }
    : { ...fact, refunded: fact.refunded + change.amount };
}

/** What an order adds to the figures of its time. */
export interface OrderFigures {
  readonly orders: number;
  readonly revenue: number;
  /** Of orders that stand. */
  readonly refunded: number;
  readonly lines: readonly OrderLineFact[];
}

/** A cancelled order adds nothing: all of its money has gone back. */
export function figuresOf(fact: OrderFact | undefined): OrderFigures {
  if (fact === undefined || fact.cancelled) return { orders: 0, revenue: 0, refunded: 0, lines: [] };
  const { total, refunded, lines } = fact;
  return { orders: 1, revenue: total - refunded, refunded, lines };
}
