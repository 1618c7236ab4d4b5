import { Injectable } from '@nestjs/common';
import type { CatalogueProduct } from '../domain/catalogue.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { AfterCommit } from './after-commit.js';
import { ListProjector } from './list-projector.js';
import { type DeletedProduct, ProductRepository, type StockLevel } from './product.repository.js';
import { ShownProducts } from './shown-products.js';

/** Keeps the service's copy of the catalogue and of the stock. Changes may come late, in any order, and again. */
@Injectable()
export class RecordCatalogue {
  constructor(
    private readonly products: ProductRepository,
    private readonly index: RecommendationIndex,
    private readonly projector: ListProjector,
    private readonly shown: ShownProducts,
    private readonly afterCommit: AfterCommit,
  ) {}

  /** Takes product changes in; needs an open transaction, which the index follows when it commits. */
  async recordProducts(
    changed: readonly CatalogueProduct[],
    deleted: readonly DeletedProduct[],
  ): Promise<void> {
    await this.products.save(changed);
    await this.products.markDeleted(deleted);
    this.afterCommit.run(() => {
      const stored = changed.filter((product) => this.index.putProduct(product));
      const removed = deleted.filter(({ id, version }) => this.index.removeProduct(id, version));
      for (const { id } of [...changed, ...deleted]) this.shown.forget(id);
      this.projector.touch({ changedProducts: [...stored, ...removed].map(({ id }) => id) });
      this.projector.catalogueChanged();
    });
  }

  /** Takes stock levels in; needs an open transaction, which the index follows when it commits. */
  async recordStock(levels: readonly StockLevel[]): Promise<void> {
    await this.products.saveStock(levels);
    this.afterCommit.run(() => {
      for (const { productId, available, at } of levels) {
        const before = this.index.catalogue.isSellable(productId);
        this.index.setStock(productId, available, at.getTime());
        this.shown.forget(productId);
        // Only what comes or goes changes lists; the number itself is shown by the product's hash.
        if (before === this.index.catalogue.isSellable(productId)) this.projector.touchHash(productId);
        else this.projector.touch({ changedProducts: [productId] });
      }
      this.projector.catalogueChanged();
    });
  }
}
