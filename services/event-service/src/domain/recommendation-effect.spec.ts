import { describe, expect, it } from 'vitest';
import { RecommendationClicks, type ShopperAct } from './recommendation-effect.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const act = (kind: ShopperAct['kind'], at: number, over: Partial<ShopperAct> = {}): ShopperAct => ({
  kind,
  at,
  sessionId: 's',
  productId: 'p',
  recommended: false,
  count: 1,
  revenue: 0,
  currency: '',
  ...over,
});
const click = (at: number, over: Partial<ShopperAct> = {}) =>
  act('clicked', at, { recommended: true, ...over });
const buy = (at: number, over: Partial<ShopperAct> = {}) =>
  act('bought', at, { count: 2, revenue: 500, ...over });

describe('the effect of recommendations', () => {
  it('counts a click and the view of the page after it once', () => {
    const clicks = new RecommendationClicks();
    const counted = [0, MINUTE_MS, 30 * MINUTE_MS, 61 * MINUTE_MS].map(
      (at) => clicks.effectOf(click(at)).clicks,
    );
    expect(counted).toEqual([1, 0, 0, 1]);
    expect(clicks.effectOf(act('clicked', 0, { productId: 'q' })).clicks).toBe(0);
    expect(clicks.met.map(({ at }) => at)).toEqual([61 * MINUTE_MS]);
  });

  it('is a purchase within a week of the click, and no other', () => {
    const clicks = new RecommendationClicks();
    clicks.effectOf(click(DAY_MS));
    const ofRecommendation = (bought: ShopperAct) => {
      const { purchases, revenue, allRevenue } = clicks.effectOf(bought);
      return [purchases, revenue, allRevenue];
    };
    expect(ofRecommendation(buy(8 * DAY_MS))).toEqual([2, 500, 500]);
    expect(ofRecommendation(buy(8 * DAY_MS + 1))).toEqual([0, 0, 500]);
    expect(ofRecommendation(buy(DAY_MS - 1))).toEqual([0, 0, 500]);
    expect(ofRecommendation(buy(2 * DAY_MS, { productId: 'q' }))).toEqual([0, 0, 500]);
    expect(ofRecommendation(buy(2 * DAY_MS, { sessionId: 't' }))).toEqual([0, 0, 500]);
  });

  it('follows a user from one session to another', () => {
    const clicks = new RecommendationClicks();
    clicks.effectOf(click(0, { userId: 'u' }));
    expect(clicks.effectOf(buy(1, { sessionId: 't', userId: 'u' })).purchases).toBe(2);
    expect(clicks.effectOf(act('carted', 1)).addedToCart).toBe(1);
    expect(clicks.effectOf(act('carted', 1, { sessionId: 't' })).addedToCart).toBe(0);
    expect(clicks.effectOf(act('carted', 1, { sessionId: 't', recommended: true })).addedToCart).toBe(1);
  });

  it('knows clicks of earlier', () => {
    const clicks = new RecommendationClicks();
    clicks.remember('s', 'p', 0);
    expect(clicks.effectOf(buy(DAY_MS)).purchases).toBe(2);
    expect(clicks.effectOf(act('shown', 0, { count: 12 })).impressions).toBe(12);
  });
});
