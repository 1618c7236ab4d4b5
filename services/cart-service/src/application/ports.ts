import type { Cart, CartLine } from '../domain/cart.entity.js';
import type { CartOwner } from '../domain/cart-owner.js';
import type { Offer } from '../domain/priced-cart.js';

/** The carts in use. */
export abstract class CartRepository {
  /** The owner's cart; an empty one where there is none. */
  abstract find(owner: CartOwner): Promise<Cart>;
  /**
   * Replaces the cart by what `change` makes of it. Concurrent changes of one cart are applied one after the other, so
   * `change` may be called again with a newer cart; it must have no effect of its own. Giving the same cart back saves
   * nothing.
   * @param found the cart as it was just found, which spares reading it again
   */
  abstract update(owner: CartOwner, change: (cart: Cart) => Cart, found?: Cart): Promise<Cart>;
  /** Takes the cart out of use. Whoever is fetching its copy at the moment does not bring it back. */
  abstract discard(owner: CartOwner): Promise<void>;
}

/** The copy of the carts that outlives the store in use. */
export abstract class CartArchive {
  abstract load(owner: CartOwner): Promise<Cart | undefined>;
  /** Keeps the carts that `read` gives, each unless a newer version is there; what is erased meanwhile does not return. */
  abstract save(read: () => Promise<readonly Cart[]>): Promise<void>;
  /** Removes the owner's cart, also one that is being saved at the moment. Gives whether there was one. */
  abstract erase(owner: CartOwner): Promise<boolean>;
  /** Removes guest carts not touched since; a bounded number a call. Gives how many. */
  abstract removeGuests(untouchedSince: Date): Promise<number>;
}

/** A product as a shopper may choose it. */
export interface CatalogueEntry {
  readonly productId: string;
  readonly active: boolean;
  /** Of the product itself; a product with variants is sold by variant only. */
  readonly offer: Offer;
  readonly variants: ReadonlyMap<string, Offer>;
}

/** The catalogue, the only source of prices and stock. */
export abstract class Catalogue {
  /** Entries by product id in one call; unknown products are missing. @throws DomainError SERVICE_UNAVAILABLE */
  abstract find(productIds: readonly string[]): Promise<ReadonlyMap<string, CatalogueEntry>>;
  /** The same for lines that were chosen before: of the variants only theirs. */
  abstract findForLines(
    lines: readonly Pick<CartLine, 'productId' | 'variantId'>[],
  ): Promise<ReadonlyMap<string, CatalogueEntry>>;
}
