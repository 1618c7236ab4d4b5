import { DomainError, deterministicId, invalidField, newId, notFound } from '@vici/utils/domain';
import { type CartOwner, ownerName } from './cart-owner.js';

export const MAX_LINES = 100;
export const MAX_QUANTITY = 999;
/** How many finished orders and merges a cart remembers, so that one told twice is done once. */
const MEMORY = 20;

/** So many units of one product, or of one variant of it. */
export interface CartLine {
  readonly id: string;
  readonly productId: string;
  readonly variantId?: string;
  readonly quantity: number;
  /** Unit price in minor units when the shopper put it in; tells whether the price has changed since. */
  readonly addedAtMinor: string;
}

/** A product in the shopper's hand, not yet in the cart. */
export interface Selection {
  readonly productId: string;
  readonly variantId?: string;
  readonly quantity: number;
}

/** A guest's lines on their way into a shopper's cart. */
export interface Handover {
  readonly id: string;
  readonly lines: readonly CartLine[];
}

/** A cart: what is in it, never what it costs. Every change gives a new cart with the next version. */
export interface Cart {
  readonly id: string;
  readonly owner: CartOwner;
  readonly version: number;
  readonly lines: readonly CartLine[];
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Orders whose goods were taken out, and handovers that were taken in; the newest last. */
  readonly done: readonly string[];
  /** Idempotency keys of what was added last, the newest last. */
  readonly added: readonly string[];
  readonly handover?: Handover;
}

/** An empty cart that nothing has been put into yet. */
export function emptyCart(owner: CartOwner, now: Date): Cart {
  const at = now.toISOString();
  return {
    id: newId<'Cart'>(),
    owner,
    version: 0,
    lines: [],
    createdAt: at,
    updatedAt: at,
    done: [],
    added: [],
  };
}

/** The id of the line of a product in an owner's cart: the same product always finds its line again. */
export function lineId(owner: CartOwner, productId: string, variantId: string | undefined): string {
  return deterministicId<'CartItem'>('cart-line', ownerName(owner), productId, variantId ?? '');
}

/** @throws DomainError VALIDATION_FAILED naming `quantity` */
export function assertQuantity(quantity: number, least: 0 | 1): void {
  if (!Number.isInteger(quantity) || quantity < least || quantity > MAX_QUANTITY) {
    throw invalidField('quantity', `must be a whole number from ${least} to ${MAX_QUANTITY}`);
  }
}

/**
 * Adds to the line of the same product and variant, or opens one; a request known by its idempotency key adds nothing.
 * @param available units that can be sold
 * @throws DomainError INSUFFICIENT_STOCK, LIMIT_EXCEEDED
 */
export function addToCart(
  cart: Cart,
  selection: Selection,
  priceMinor: bigint,
  available: number,
  now: Date,
  idempotencyKey?: string,
): Cart {
  if (idempotencyKey !== undefined && cart.added.includes(idempotencyKey)) return cart;
  const { productId, variantId } = selection;
  const id = lineId(cart.owner, productId, variantId);
  const quantity = (cart.lines.find((line) => line.id === id)?.quantity ?? 0) + selection.quantity;
  assertWithin(quantity, available);
  const line: CartLine = {
    id,
    productId,
    ...(variantId !== undefined && { variantId }),
    quantity,
    addedAtMinor: priceMinor.toString(),
  };
  const added = idempotencyKey === undefined ? cart.added : remember(cart.added, idempotencyKey);
  return changed(cart, { lines: withLine(cart.lines, line), added }, now);
}

/**
 * Sets the quantity of a line; zero removes it.
 * @throws DomainError NOT_FOUND, INSUFFICIENT_STOCK when it grows past what is available
 */
export function setQuantity(
  cart: Cart,
  itemId: string,
  quantity: number,
  available: number,
  now: Date,
): Cart {
  const line = lineOf(cart, itemId);
  if (quantity === 0) return changed(cart, { lines: cart.lines.filter((other) => other.id !== itemId) }, now);
  // Fewer of what has become scarce is always allowed.
  if (quantity > line.quantity) assertWithin(quantity, available);
  return changed(cart, { lines: withLine(cart.lines, { ...line, quantity }) }, now);
}

/** @throws DomainError NOT_FOUND */
export function lineOf(cart: Cart, itemId: string): CartLine {
  const line = cart.lines.find((candidate) => candidate.id === itemId);
  if (line === undefined) throw notFound('cart item', itemId);
  return line;
}

/** Takes everything out. */
export function clearCart(cart: Cart, now: Date): Cart {
  return cart.lines.length === 0 ? cart : changed(cart, { lines: [] }, now);
}

/** Takes what an order bought out of the cart, once; what was added since stays. */
export function removePurchased(cart: Cart, orderId: string, bought: readonly Selection[], now: Date): Cart {
  const task = `order:${orderId}`;
  if (cart.done.includes(task)) return cart;
  const quantities = new Map<string, number>();
  for (const { productId, variantId, quantity } of bought) {
    const id = lineId(cart.owner, productId, variantId);
    quantities.set(id, (quantities.get(id) ?? 0) + quantity);
  }
  const lines = cart.lines
    .map((line) => ({ ...line, quantity: line.quantity - (quantities.get(line.id) ?? 0) }))
    .filter((line) => line.quantity > 0);
  return changed(cart, { lines, done: remember(cart.done, task) }, now);
}

/** Sets a guest's lines aside for handing over; lines added afterwards are not part of it. */
export function beginHandover(guest: Cart, now: Date): Cart {
  if (guest.handover !== undefined || guest.lines.length === 0) return guest;
  return changed(guest, { lines: [], handover: { id: newId<'Handover'>(), lines: guest.lines } }, now);
}

/** Forgets what has been handed over. */
export function endHandover(guest: Cart, handoverId: string, now: Date): Cart {
  if (guest.handover?.id !== handoverId) return guest;
  const { handover: _done, ...rest } = guest;
  return changed(rest, {}, now);
}

/** How a guest's lines and a shopper's own become one cart. */
export interface CartMergePolicy {
  merge(own: readonly CartLine[], brought: readonly CartLine[]): CartLine[];
}

/** Quantities of the same product are summed, up to the limits of a cart. */
export const sumQuantities: CartMergePolicy = {
  merge(own, brought) {
    const lines = new Map(own.map((line) => [line.id, line]));
    for (const line of brought) {
      const quantity = Math.min((lines.get(line.id)?.quantity ?? 0) + line.quantity, MAX_QUANTITY);
      lines.set(line.id, { ...line, quantity });
    }
    return [...lines.values()].slice(0, MAX_LINES);
  },
};

/** Takes a guest's lines in, once. */
export function takeHandover(cart: Cart, handover: Handover, policy: CartMergePolicy, now: Date): Cart {
  const task = `handover:${handover.id}`;
  if (cart.done.includes(task)) return cart;
  const brought = handover.lines.map((line) => ({
    ...line,
    id: lineId(cart.owner, line.productId, line.variantId),
  }));
  return changed(cart, { lines: policy.merge(cart.lines, brought), done: remember(cart.done, task) }, now);
}

function changed(
  cart: Cart,
  change: Partial<Pick<Cart, 'lines' | 'done' | 'added' | 'handover'>>,
  now: Date,
): Cart {
  const next = { ...cart, ...change, version: cart.version + 1, updatedAt: now.toISOString() };
  if (next.lines.length > MAX_LINES) {
    throw new DomainError('LIMIT_EXCEEDED', `A cart holds at most ${MAX_LINES} different items.`, {
      limit: MAX_LINES,
    });
  }
  return next;
}

function withLine(lines: readonly CartLine[], line: CartLine): CartLine[] {
  return lines.some((other) => other.id === line.id)
    ? lines.map((other) => (other.id === line.id ? line : other))
    : [...lines, line];
}

function assertWithin(quantity: number, available: number): void {
  if (quantity > MAX_QUANTITY) {
    throw new DomainError('LIMIT_EXCEEDED', `At most ${MAX_QUANTITY} of one item.`, { limit: MAX_QUANTITY });
  }
  if (quantity > available) {
    const message =
      available === 0 ? 'This item is out of stock.' : `Only ${available} of this item are left.`;
    throw new DomainError('INSUFFICIENT_STOCK', message, { available, requested: quantity });
  }
}

function remember(done: readonly string[], task: string): string[] {
  return [...done, task].slice(-MEMORY);
}
