import { newId } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import {
  addToCart,
  beginHandover,
  type Cart,
  clearCart,
  contentOf,
  emptyCart,
  endHandover,
  removePurchased,
  restoreLines,
  type Selection,
  seePrices,
  setCoupon,
  setQuantity,
  takeHandover,
} from './cart.entity.js';
import { sumQuantities } from './cart-merge.js';

const now = new Date('2026-03-01T10:00:00Z');
const user = { kind: 'user', userId: newId() } as const;
const guest = { kind: 'guest', sessionId: newId() } as const;
const PLENTY = 1000;

const select = (quantity = 1, productId = newId()): Selection => ({ productId, quantity });
const filled = (owner: Cart['owner'], ...selections: Selection[]) =>
  selections.reduce(
    (cart, selection) => addToCart(cart, selection, 1000n, PLENTY, now),
    emptyCart(owner, now),
  );
const plenty = () => PLENTY;
/** The cart with the guest's lines taken in. */
const merged = (own: Cart, visitor: Cart, availableOf: () => number | undefined = plenty) => {
  const { handover } = beginHandover(visitor, 'u', now);
  if (handover === undefined) throw new Error('The handover has not begun');
  return takeHandover(own, handover, sumQuantities, availableOf, now);
};
const quantities = (cart: Cart) => cart.lines.map((line) => line.quantity);

describe('adding', () => {
  it('adds to the line of the same product and keeps variants apart', () => {
    const mug = select(2);
    const red = { ...mug, variantId: newId() };

    const cart = filled(user, mug, red, { ...mug, quantity: 3 });

    expect(quantities(cart)).toEqual([5, 2]);
    expect(cart.version).toBe(3);
  });

  it('counts what is in the cart already against the stock', () => {
    const mug = select(3);
    const cart = addToCart(emptyCart(user, now), mug, 1000n, 4, now);

    expect(() => addToCart(cart, { ...mug, quantity: 2 }, 1000n, 4, now)).toThrowError(
      expect.objectContaining({ code: 'INSUFFICIENT_STOCK', details: { available: 4, requested: 5 } }),
    );
  });

  it('holds a hundred different items and refuses the next', () => {
    const cart = filled(user, ...Array.from({ length: 100 }, () => select()));

    expect(() => addToCart(cart, select(), 1000n, PLENTY, now)).toThrowError(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED', details: { limit: 100 } }),
    );
  });
});

describe('setting a quantity', () => {
  it('removes the line at zero and knows no line of another cart', () => {
    const cart = filled(user, select(2));
    const itemId = cart.lines[0]?.id ?? '';

    expect(setQuantity(cart, itemId, 0, PLENTY, now).lines).toEqual([]);
    expect(() => setQuantity(cart, newId(), 1, PLENTY, now)).toThrowError(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });

  it('lets a shopper take fewer of what has become scarce, but not more', () => {
    const cart = filled(user, select(5));
    const itemId = cart.lines[0]?.id ?? '';

    expect(quantities(setQuantity(cart, itemId, 4, 2, now))).toEqual([4]);
    expect(() => setQuantity(cart, itemId, 6, 2, now)).toThrowError(
      expect.objectContaining({ code: 'INSUFFICIENT_STOCK' }),
    );
  });
});

describe('taking out what was bought', () => {
  it('subtracts once per order and keeps what was added since', () => {
    const mug = select(2);
    const lamp = select(1);
    const cart = filled(user, mug, { ...mug, quantity: 1 }, lamp);
    const orderId = newId();

    const once = removePurchased(cart, orderId, [mug, lamp], now);
    const twice = removePurchased(once, orderId, [mug, lamp], now);

    expect(quantities(once)).toEqual([1]);
    expect(twice).toBe(once);
  });
});

describe('handing a guest cart over', () => {
  it('brings every unit over exactly once, whatever step is repeated', () => {
    const mug = select(2);
    const own = filled(user, mug);
    const begun = beginHandover(filled(guest, mug, select(1)), 'u', now);
    const { handover } = begun;
    if (handover === undefined) throw new Error('The handover has not begun');
    const addedSince = addToCart(begun, select(7), 1000n, PLENTY, now);

    const taken = takeHandover(own, handover, sumQuantities, plenty, now);
    const again = takeHandover(
      taken,
      beginHandover(addedSince, 'u', now).handover ?? handover,
      sumQuantities,
      plenty,
      now,
    );
    const left = endHandover(addedSince, handover.id, now);

    expect(quantities(taken)).toEqual([4, 1]);
    expect(again).toBe(taken);
    expect(quantities(left)).toEqual([7]);
    expect(left.handover).toBeUndefined();
  });

  it('stops at the stock and at the limits of a cart, and keeps what is no longer sold to be seen', () => {
    const mug = select(990);
    const own = filled(user, { ...mug, quantity: 900 });

    expect(quantities(merged(own, filled(guest, mug)))).toEqual([999]);
    expect(quantities(merged(own, filled(guest, mug), () => 950))).toEqual([950]);
    expect(quantities(merged(own, filled(guest, select(3)), () => 0))).toEqual([900, 1]);
    expect(quantities(merged(own, filled(guest, select(3)), () => undefined))).toEqual([900, 3]);
  });

  it('brings the coupon along unless the shopper has one', () => {
    const visitor = setCoupon(filled(guest, select()), 'GUEST', now);

    expect(merged(filled(user, select()), visitor).coupon).toBe('GUEST');
    expect(merged(setCoupon(filled(user, select()), 'OWN', now), visitor).coupon).toBe('OWN');
    expect(beginHandover(visitor, 'u', now).coupon).toBeUndefined();
  });
});

describe('a coupon', () => {
  it('replaces the one before, and goes with the goods', () => {
    const cart = setCoupon(setCoupon(filled(user, select()), 'FIRST', now), 'SECOND', now);

    expect(cart.coupon).toBe('SECOND');
    expect(setCoupon(cart, 'SECOND', now)).toBe(cart);
    expect(setCoupon(cart, undefined, now)).not.toHaveProperty('coupon');
    expect(clearCart(cart, now)).not.toHaveProperty('coupon');
  });
});

describe('prices that were seen', () => {
  it('are noted once, and kept where the catalogue has none', () => {
    const cart = filled(user, select(), select());
    const [first] = cart.lines;

    const seen = seePrices(cart, (id) => (id === first?.id ? 900n : undefined), now);

    expect(seen.lines.map((line) => line.seenAtMinor)).toEqual(['900', '1000']);
    expect(seePrices(seen, (id) => (id === first?.id ? 900n : undefined), now)).toBe(seen);
  });
});

describe('bringing an earlier cart back', () => {
  const mug = select(2);
  const earlier = filled(user, mug, select(1));

  it('adds what is missing, and nothing twice', () => {
    const emptied = clearCart(earlier, now);
    const restored = restoreLines(emptied, earlier.lines, now);

    expect(quantities(restored)).toEqual([2, 1]);
    expect(restoreLines(restored, earlier.lines, now)).toBe(restored);
    expect(quantities(restoreLines(filled(user, { ...mug, quantity: 5 }), earlier.lines, now))).toEqual([
      5, 1,
    ]);
  });

  it('for a guest does not double the cart the guest has when signing in', () => {
    const visitor = addToCart(restoreLines(emptyCart(guest, now), earlier.lines, now), mug, 1n, PLENTY, now);

    expect(quantities(merged(earlier, visitor))).toEqual([4, 1]);
  });
});

describe('the content of a cart', () => {
  it('has one name whatever way it got there', () => {
    const [mug, lamp] = [select(2), select(1)];
    const cart = filled(user, mug, lamp);

    expect(contentOf(filled(user, lamp, mug))).toBe(contentOf(cart));
    expect(contentOf(setCoupon(cart, 'TEN', now))).toBe(contentOf(cart));
    expect(contentOf(filled(user, mug))).not.toBe(contentOf(cart));
  });
});
