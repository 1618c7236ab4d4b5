import { Injectable } from '@nestjs/common';
import { Clock, currentContext, DomainError, invalidField } from '@vici/utils';
import {
  addToCart,
  assertQuantity,
  type Cart,
  clearCart,
  lineOf,
  removePurchased,
  type Selection,
  setQuantity,
} from '../domain/cart.entity.js';
import type { CartOwner } from '../domain/cart-owner.js';
import type { Offer, PricedCart } from '../domain/priced-cart.js';
import { CartPricing, offerFor } from './cart-pricing.js';
import { CartRepository, Catalogue, type CatalogueEntry } from './ports.js';
import { NoteConfirmedOrder } from './promotions/follow-order.use-cases.js';

/** Puts a product into the cart. */
@Injectable()
export class AddItem {
  constructor(
    private readonly carts: CartRepository,
    private readonly catalogue: Catalogue,
    private readonly pricing: CartPricing,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, PRODUCT_UNAVAILABLE, INSUFFICIENT_STOCK, LIMIT_EXCEEDED */
  async execute(owner: CartOwner, selection: Selection): Promise<PricedCart> {
    assertQuantity(selection.quantity, 1);
    const found = await this.carts.find(owner);
    const entries = await this.catalogue.find(productIdsOf(found, selection.productId));
    const { price, stock } = offerOf(selection, entries.get(selection.productId));
    const key = currentContext()?.idempotencyKey;
    const cart = await this.carts.update(
      owner,
      (current) => addToCart(current, selection, price.minor, stock, this.clock.now(), key),
      found,
    );
    return await this.pricing.price(cart, entries);
  }
}

/** The products of a cart and one more: asked for together, they price the changed cart too. */
function productIdsOf(cart: Cart, productId: string): string[] {
  return [...new Set([productId, ...cart.lines.map((line) => line.productId)])];
}

function offerOf(selection: Selection, entry: CatalogueEntry | undefined): Offer {
  if (entry?.active !== true) throw unavailable(selection.productId);
  if (entry.variants.size > 0 && selection.variantId === undefined) {
    throw invalidField('variantId', 'is required: this product is sold in variants');
  }
  const offer = offerFor(selection, entry);
  if (offer === undefined) throw invalidField('variantId', 'is not a variant of this product');
  return offer;
}

function unavailable(productId: string): DomainError {
  return new DomainError('PRODUCT_UNAVAILABLE', 'This product is not for sale.', { productId });
}

/** Sets how many of a line the shopper wants; zero removes the line. */
@Injectable()
export class UpdateItem {
  constructor(
    private readonly carts: CartRepository,
    private readonly catalogue: Catalogue,
    private readonly pricing: CartPricing,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, NOT_FOUND, INSUFFICIENT_STOCK */
  async execute(owner: CartOwner, itemId: string, quantity: number): Promise<PricedCart> {
    assertQuantity(quantity, 0);
    const found = await this.carts.find(owner);
    const line = lineOf(found, itemId);
    const entries =
      quantity === 0 ? undefined : await this.catalogue.find(productIdsOf(found, line.productId));
    const available = offerFor(line, entries?.get(line.productId))?.stock ?? 0;
    const cart = await this.carts.update(
      owner,
      (current) => setQuantity(current, itemId, quantity, available, this.clock.now()),
      found,
    );
    return await this.pricing.price(cart, entries);
  }
}

/** Empties the cart. */
@Injectable()
export class ClearCart {
  constructor(
    private readonly carts: CartRepository,
    private readonly clock: Clock,
  ) {}

  async execute(owner: CartOwner): Promise<void> {
    await this.carts.update(owner, (cart) => clearCart(cart, this.clock.now()));
  }
}

/** Takes what an order bought out of its shopper's cart, and remembers the order; once however often it is told. */
@Injectable()
export class RemovePurchased {
  constructor(
    private readonly carts: CartRepository,
    private readonly noteConfirmed: NoteConfirmedOrder,
    private readonly clock: Clock,
  ) {}

  async execute(userId: string, orderId: string, bought: readonly Selection[]): Promise<void> {
    await this.noteConfirmed.execute(orderId, userId);
    await this.carts.update({ kind: 'user', userId }, (cart) =>
      removePurchased(cart, orderId, bought, this.clock.now()),
    );
  }
}
