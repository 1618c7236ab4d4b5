import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@vici/utils';
import type { CartConfig } from '../cart.config.js';
import type { Cart, CartLine } from '../domain/cart.entity.js';
import type { CartOwner } from '../domain/cart-owner.js';
import { type Offer, type PricedCart, priceCart } from '../domain/priced-cart.js';
import { CartRepository, Catalogue, type CatalogueEntry } from './ports.js';

type CatalogueAnswer = ReadonlyMap<string, CatalogueEntry>;
const NOTHING_ASKED: CatalogueAnswer = new Map();

/** Shows a cart with today's names and prices. */
@Injectable()
export class ViewCart {
  constructor(
    private readonly carts: CartRepository,
    private readonly catalogue: Catalogue,
    @Inject(CONFIG) private readonly config: CartConfig,
  ) {}

  /** @throws DomainError SERVICE_UNAVAILABLE when the catalogue cannot be asked: prices are never guessed */
  async execute(owner: CartOwner): Promise<PricedCart> {
    return await this.price(await this.carts.find(owner));
  }

  /**
   * Prices a cart that is at hand; one question to the catalogue for all lines.
   * @param asked what the catalogue has just said of some products, by id
   */
  async price(cart: Cart, asked: CatalogueAnswer = NOTHING_ASKED): Promise<PricedCart> {
    const productIds = new Set(cart.lines.map((line) => line.productId));
    const unknown = [...productIds].filter((id) => !asked.has(id));
    const found = unknown.length === 0 ? NOTHING_ASKED : await this.catalogue.find(unknown);
    const entryOf = (id: string) => asked.get(id) ?? found.get(id);
    return priceCart(cart, (line) => offerFor(line, entryOf(line.productId)), this.config.SHOP_CURRENCY);
  }
}

/** What a line can be bought for; undefined when it is no longer sold. */
export function offerFor(
  line: Pick<CartLine, 'variantId'>,
  entry: CatalogueEntry | undefined,
): Offer | undefined {
  if (entry?.active !== true) return undefined;
  return line.variantId === undefined ? entry.offer : entry.variants.get(line.variantId);
}
