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
  /** Unit price in minor units that the shopper saw last; tells whether it has changed since. */
  readonly seenAtMinor: string;
  /** Brought back by a guest from a reminder's link. */
  readonly restored?: boolean;
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
  /** Whose cart takes the lines in; missing in one begun by a version before it was kept. */
  readonly userId?: string;
  readonly lines: readonly CartLine[];
  readonly coupon?: string;
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
  /** Code of the coupon, in capitals; whether it gives anything is seen when the cart is priced. */
  readonly coupon?: string;
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
  const known = cart.lines.find((line) => line.id === id);
  const quantity = (known?.quantity ?? 0) + selection.quantity;
  assertWithin(quantity, available);
  const line: CartLine = {
    id,
    productId,
    ...(variantId !== undefined && { variantId }),
    quantity,
    seenAtMinor: priceMinor.toString(),
    ...(known?.restored === true && { restored: true }),
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

/** Takes everything out, the coupon too. */
export function clearCart(cart: Cart, now: Date): Cart {
  if (cart.lines.length === 0 && cart.coupon === undefined) return cart;
  const { coupon: _coupon, ...rest } = cart;
  return changed(rest, { lines: [] }, now);
}

/** Puts a coupon in, in place of the one before; undefined takes it out. */
export function setCoupon(cart: Cart, coupon: string | undefined, now: Date): Cart {
  if (cart.coupon === coupon) return cart;
  const { coupon: _before, ...rest } = cart;
  return changed(rest, coupon === undefined ? {} : { coupon }, now);
}

/** Notes today's prices as seen, by line id; a line without one keeps what was seen last. */
export function seePrices(cart: Cart, priceOf: (lineId: string) => bigint | undefined, now: Date): Cart {
  const lines = cart.lines.map((line) => {
    const seenAtMinor = priceOf(line.id)?.toString() ?? line.seenAtMinor;
    return seenAtMinor === line.seenAtMinor ? line : { ...line, seenAtMinor };
  });
  return lines.every((line, index) => line === cart.lines[index]) ? cart : changed(cart, { lines }, now);
}

/** Brings lines of an earlier cart back; of what is in it already, the larger quantity stays. */
export function restoreLines(cart: Cart, earlier: readonly CartLine[], now: Date): Cart {
  const lines = new Map(cart.lines.map((line) => [line.id, line]));
  for (const line of earlier) {
    const id = lineId(cart.owner, line.productId, line.variantId);
    const known = lines.get(id);
    if (known !== undefined && known.quantity >= line.quantity) continue;
    if (known === undefined && lines.size >= MAX_LINES) continue;
    lines.set(id, { ...line, id, ...(cart.owner.kind === 'guest' && { restored: true }) });
  }
  const restored = [...lines.values()];
  return restored.every((line, index) => line === cart.lines[index])
    ? cart
    : changed(cart, { lines: restored }, now);
}

/** Names what is in the cart, whatever way it got there: the same things in the same number have the same name. */
export function contentOf({ lines }: Cart): string {
  return deterministicId('cart-content', ...lines.map(({ id, quantity }) => `${id}=${quantity}`).sort());
}

/** Takes what an order bought out of the cart, once, with the coupon when nothing is left; what was added since stays. */
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
  const { coupon: _used, ...rest } = cart;
  return changed(lines.length === 0 ? rest : cart, { lines, done: remember(cart.done, task) }, now);
}

/**
 * Sets a guest's lines aside for handing them over to a shopper; lines added afterwards are not part of it. A handover
 * that has begun stays as it is, whoever it is for.
 */
export function beginHandover(guest: Cart, userId: string, now: Date): Cart {
  if (guest.handover !== undefined || guest.lines.length === 0) return guest;
  const { coupon, ...rest } = guest;
  const id = newId<'Handover'>();
  const handover = { id, userId, lines: guest.lines, ...(coupon !== undefined && { coupon }) };
  return changed(rest, { lines: [], handover }, now);
}

/** Forgets what has been handed over. */
export function endHandover(guest: Cart, handoverId: string, now: Date): Cart {
  if (guest.handover?.id !== handoverId) return guest;
  const { handover: _done, ...rest } = guest;
  return changed(rest, {}, now);
}

/** Units of a line that can be sold; undefined where it is no longer sold. */
export type AvailableUnits = (line: CartLine) => number | undefined;

/** How a guest's lines and a shopper's own become one cart. */
export interface CartMergePolicy {
  merge(
    own: readonly CartLine[],
    brought: readonly CartLine[],
    availableOf: AvailableUnits,
  ): readonly CartLine[];
}

/** Takes a guest's lines in, once; the guest's coupon too, where the shopper has none. */
export function takeHandover(
  cart: Cart,
  handover: Handover,
  policy: CartMergePolicy,
  availableOf: AvailableUnits,
  now: Date,
): Cart {
  const task = `handover:${handover.id}`;
  if (cart.done.includes(task)) return cart;
  const brought = handover.lines.map((line) => ({
    ...line,
    id: lineId(cart.owner, line.productId, line.variantId),
  }));
  const coupon = cart.coupon ?? handover.coupon;
  const lines = policy.merge(cart.lines, brought, availableOf);
  const done = remember(cart.done, task);
  return changed(cart, { lines, done, ...(coupon !== undefined && { coupon }) }, now);
}

function changed(
  cart: Cart,
  change: Partial<Pick<Cart, 'lines' | 'done' | 'added' | 'handover' | 'coupon'>>,
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
