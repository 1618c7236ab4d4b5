import type { CatalogueProduct } from '../domain/catalogue.js';

/** A product gone from the catalogue. */
export interface DeletedProduct {
  readonly id: string;
  readonly version: number;
}

/** Units of a product that can be sold, as of a moment. */
export interface StockLevel {
  readonly productId: string;
  readonly available: number;
  readonly at: Date;
}

/** The service's own copy of the catalogue. A change older than what is stored is left out. */
export abstract class ProductRepository {
  abstract save(products: readonly CatalogueProduct[]): Promise<void>;
  abstract markDeleted(products: readonly DeletedProduct[]): Promise<void>;
  abstract saveStock(levels: readonly StockLevel[]): Promise<void>;
}
