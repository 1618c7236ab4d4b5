import type { Money } from '@vici/utils/domain';

/** A product as it is sold now. */
export interface CatalogueProduct {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly image: string;
  readonly categoryId: string;
  readonly categoryName: string;
  readonly price: Money;
  /** Price before the running sale. */
  readonly originalPrice?: Money;
  readonly weightGrams: number;
  readonly stock: number;
  readonly variants: readonly CatalogueVariant[];
}

/** A variant of a product. */
export interface CatalogueVariant {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  /** Where the variant weighs something else than the product. */
  readonly weightGrams?: number;
  readonly stock: number;
}

/** The product service. */
export abstract class Catalogue {
  /** The products of the ids that can be sold, by id; at most 200 ids. */
  abstract sellable(ids: readonly string[]): Promise<ReadonlyMap<string, CatalogueProduct>>;
}
