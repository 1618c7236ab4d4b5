/** What a shopper did with a product, as far as it shows interest. */
export type InteractionKind = 'view' | 'cart' | 'purchase';

/** How much each kind says: a product put in the cart speaks twice, a bought one three times as loud as a view. */
export const INTERACTION_WEIGHT: Readonly<Record<InteractionKind, number>> = {
  view: 1,
  cart: 2,
  purchase: 3,
};

/** One shopper's interest in one product at one moment. */
export interface Interaction {
  /** The behaviour event it comes from; counts once. */
  readonly eventId: string;
  readonly userId?: string;
  readonly sessionId: string;
  readonly productId: string;
  readonly kind: InteractionKind;
  /** Event time, milliseconds since the epoch. */
  readonly at: number;
}

/** What is learned from an interaction, whichever event it comes from. */
export type LearnedInteraction = Omit<Interaction, 'eventId'> & Partial<Pick<Interaction, 'eventId'>>;

/** What remains of `amount` after `ageMs` when it halves every `halfLifeMs`; the future counts as now. */
export function decayed(amount: number, ageMs: number, halfLifeMs: number): number {
  return ageMs <= 0 ? amount : amount * 2 ** (-ageMs / halfLifeMs);
}
