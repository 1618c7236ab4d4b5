import type { Money } from '@vici/utils/domain';

/** What the catalogue says of a product now. */
export interface CatalogueEntry {
  readonly id: string;
  readonly name: string;
  readonly price: Money;
  /** Public URL of the main picture; empty where there is none. */
  readonly image: string;
  readonly rating: number;
  /** Available units over all variants, as inventory told last. */
  readonly stock: number;
}

/** The products of the shop, in product-service. */
export abstract class Catalogue {
  /**
   * The products that are sold, by id, in one call; unknown and inactive ones are left out.
   * @throws DomainError SERVICE_UNAVAILABLE while the catalogue cannot be asked
   */
  abstract sold(productIds: readonly string[]): Promise<ReadonlyMap<string, CatalogueEntry>>;
}
