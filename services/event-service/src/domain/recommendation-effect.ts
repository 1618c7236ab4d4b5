const DAY_MS = 86_400_000;
/** A click on a product, then on its page's own view: one way to it. */
const SAME_CLICK_MS = 30 * 60_000;
/** How long after a click a purchase is still its effect. */
const EFFECT_MS = 7 * DAY_MS;

/** What a shopper did, as far as recommendations may have led to it. Times in milliseconds since the epoch. */
export interface ShopperAct {
  readonly kind: 'shown' | 'clicked' | 'carted' | 'bought';
  readonly at: number;
  readonly sessionId: string;
  readonly userId?: string | undefined;
  readonly productId?: string | undefined;
  /** The act itself says that a recommendation led to it. */
  readonly recommended: boolean;
  /** Products shown, or units bought. */
  readonly count: number;
  /** Minor units of the whole purchase. */
  readonly revenue: number;
  readonly currency: string;
}

/** What an act adds to the figures. */
export interface EffectChange {
  readonly at: number;
  readonly currency: string;
  readonly impressions: number;
  readonly clicks: number;
  readonly addedToCart: number;
  readonly purchases: number;
  readonly revenue: number;
  readonly allRevenue: number;
}

const NOTHING = { impressions: 0, clicks: 0, addedToCart: 0, purchases: 0, revenue: 0, allRevenue: 0 };

/** The last clicks on recommended products, by shopper and product. */
export class RecommendationClicks {
  private readonly lastAt = new Map<string, number>();
  private readonly new = new Map<string, ShopperAct>();

  /** Remembers a click of earlier; `shopper` is a session or a user. */
  remember(shopper: string, productId: string, at: number): void {
    const key = `${shopper} ${productId}`;
    this.lastAt.set(key, Math.max(at, this.lastAt.get(key) ?? at));
  }

  /** Clicks that `effectOf` met, the last of each session and product. */
  get met(): readonly ShopperAct[] {
    return [...this.new.values()];
  }

  /** What an act adds; acts come in order. */
  effectOf(act: ShopperAct): EffectChange {
    const { at, currency, count, revenue } = act;
    const change = { at, currency, ...NOTHING };
    switch (act.kind) {
      case 'shown':
        return { ...change, impressions: count };
      case 'clicked':
        return { ...change, clicks: this.click(act) ? 1 : 0 };
      case 'carted':
        return { ...change, addedToCart: act.recommended || this.ledTo(act) ? 1 : 0 };
      case 'bought':
        return this.ledTo(act)
          ? { ...change, purchases: count, revenue, allRevenue: revenue }
          : { ...change, allRevenue: revenue };
    }
  }

  private click(act: ShopperAct): boolean {
    const { sessionId, userId, productId, at } = act;
    if (!act.recommended || productId === undefined) return false;
    const before = this.lastAt.get(`${sessionId} ${productId}`);
    this.remember(sessionId, productId, at);
    if (userId !== undefined) this.remember(userId, productId, at);
    this.new.set(`${sessionId} ${productId}`, act);
    return before === undefined || Math.abs(at - before) > SAME_CLICK_MS;
  }

  private ledTo({ sessionId, userId, productId, at }: ShopperAct): boolean {
    return [sessionId, userId].some((shopper) => {
      const clicked = shopper === undefined ? undefined : this.lastAt.get(`${shopper} ${productId ?? ''}`);
      return clicked !== undefined && clicked <= at && at - clicked <= EFFECT_MS;
    });
  }
}
