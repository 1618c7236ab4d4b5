/** What the service keeps of a product: enough to group it, filter it and show a shortened form of it. */
export interface CatalogueProduct {
  readonly id: string;
  readonly name: string;
  /** Own category first, then its ancestors up to the root. */
  readonly categoryPath: readonly string[];
  readonly categoryName: string;
  readonly tags: readonly string[];
  readonly brand?: string;
  /** Minor units of the shop's currency. */
  readonly price: number;
  readonly image: string;
  readonly rating: number;
  readonly active: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Grows with every change. */
  readonly version: number;
}

/** Whether the product belongs to the category or to one below it. */
export function isInCategory(product: CatalogueProduct, categoryId: string): boolean {
  return product.categoryPath.includes(categoryId);
}

/** The products of the shop and how many of each can be sold, in memory. Changes may come in any order. */
export class Catalogue {
  readonly #products = new Map<string, CatalogueProduct>();
  readonly #deleted = new Map<string, number>();
  readonly #stock = new Map<string, { readonly available: number; readonly at: number }>();

  readonly #categories = new Set<string>();

  get size(): number {
    return this.#products.size;
  }

  /** Every category that a product has belonged to. */
  get categories(): ReadonlySet<string> {
    return this.#categories;
  }

  /** False when this or a later version is here already. */
  put(product: CatalogueProduct): boolean {
    const deletedAt = this.#deleted.get(product.id) ?? 0;
    const current = this.#products.get(product.id)?.version ?? 0;
    if (product.version <= Math.max(deletedAt, current)) return false;
    this.#products.set(product.id, product);
    for (const category of product.categoryPath) this.#categories.add(category);
    return true;
  }

  /** False when a later version is here already. */
  remove(id: string, version: number): boolean {
    if ((this.#products.get(id)?.version ?? 0) > version) return false;
    this.#deleted.set(id, version);
    return this.#products.delete(id);
  }

  /** Sets the available units as of the moment `at`; false when a later word is here already. */
  setStock(id: string, available: number, at: number): boolean {
    const current = this.#stock.get(id);
    if (current !== undefined && current.at > at) return false;
    this.#stock.set(id, { available, at });
    return true;
  }

  get(id: string): CatalogueProduct | undefined {
    return this.#products.get(id);
  }

  /** Available units; undefined while inventory has not spoken. */
  available(id: string): number | undefined {
    return this.#stock.get(id)?.available;
  }

  /** Active and not known to be out of stock. */
  isSellable(id: string): boolean {
    const product = this.#products.get(id);
    return product?.active === true && this.available(id) !== 0;
  }

  products(): IterableIterator<CatalogueProduct> {
    return this.#products.values();
  }
}
