import { newId } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import {
  addToCart,
  beginHandover,
  type Cart,
  emptyCart,
  endHandover,
  removePurchased,
  type Selection,
  setQuantity,
  sumQuantities,
  takeHandover,
} from './cart.entity.js';

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
    const begun = beginHandover(filled(guest, mug, select(1)), now);
    const { handover } = begun;
    if (handover === undefined) throw new Error('The handover has not begun');
    const addedSince = addToCart(begun, select(7), 1000n, PLENTY, now);

    const taken = takeHandover(own, handover, sumQuantities, now);
    const again = takeHandover(
      taken,
      beginHandover(addedSince, now).handover ?? handover,
      sumQuantities,
      now,
    );
    const left = endHandover(addedSince, handover.id, now);

    expect(quantities(taken)).toEqual([4, 1]);
    expect(again).toBe(taken);
    expect(quantities(left)).toEqual([7]);
    expect(left.handover).toBeUndefined();
  });

  it('stops at the limits of a cart', () => {
    const mug = select(990);
    const { handover } = beginHandover(filled(guest, mug), now);
    if (handover === undefined) throw new Error('The handover has not begun');

    const merged = takeHandover(filled(user, { ...mug, quantity: 900 }), handover, sumQuantities, now);

    expect(quantities(merged)).toEqual([999]);
  });
});
