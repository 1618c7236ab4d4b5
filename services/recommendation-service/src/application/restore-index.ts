import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Logger } from '@vici/utils';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { BasketRepository } from './basket.repository.js';
import { inSlices } from './in-slices.js';
import { InteractionRepository, type Stretch } from './interaction.repository.js';
import { ListProjector } from './list-projector.js';
import { ProductRepository } from './product.repository.js';

const PAGE = 5_000;
/** Before every id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Fills the index with the service's copy of the catalogue. */
@Injectable()
export class RestoreCatalogue {
  constructor(
    private readonly products: ProductRepository,
    private readonly index: RecommendationIndex,
  ) {}

  /** Gives the number of products. */
  async execute(): Promise<number> {
    const { catalogue } = this.index;
    for (const { id, version } of await this.products.deletedProducts()) catalogue.remove(id, version);
    let stock = await this.products.stockAfter(FIRST_ID, PAGE);
    while (stock.length > 0) {
      for (const level of stock) catalogue.setStock(level.productId, level.available, level.at.getTime());
      stock = await this.products.stockAfter(stock.at(-1)?.productId ?? FIRST_ID, PAGE);
    }
    let page = await this.products.productsAfter(FIRST_ID, PAGE);
    while (page.length > 0) {
      await inSlices(page, (product) => this.index.putProduct(product));
      page = await this.products.productsAfter(page.at(-1)?.id ?? FIRST_ID, PAGE);
    }
    return catalogue.size;
  }
}

/** Builds the index from the database before the service is ready and before it takes new events. */
@Injectable()
export class RestoreIndex implements OnModuleInit {
  constructor(
    private readonly interactions: InteractionRepository,
    private readonly baskets: BasketRepository,
    private readonly catalogue: RestoreCatalogue,
    private readonly index: RecommendationIndex,
    private readonly projector: ListProjector,
    private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    const started = performance.now();
    const products = await this.catalogue.execute();
    const baskets = await this.#each(
      (position) => this.baskets.after(position, PAGE),
      ({ basketId, productIds }) => this.index.addToBasket(basketId, productIds),
    );
    for (const [id, weight] of await this.interactions.pastInterest()) this.index.addPastInterest(id, weight);
    const interactions = await this.#each(
      (position) => this.interactions.after(position, PAGE),
      (interaction) => {
        this.index.apply(interaction);
        // The last batch before the stop may not have reached Redis.
        this.projector.touchIfRecent(interaction);
      },
    );
    this.projector.rebuild();
    const milliseconds = Math.round(performance.now() - started);
    this.logger.info('Recommendation index built', { products, baskets, interactions, milliseconds });
  }

  /** Reads a table stretch by stretch; gives the number of rows. */
  async #each<T>(read: (position: bigint) => Promise<Stretch<T>>, learn: (row: T) => void): Promise<number> {
    let count = 0;
    for (let next: bigint | undefined = 0n; next !== undefined; ) {
      const stretch: Stretch<T> = await read(next);
      await inSlices(stretch.rows, learn);
      count += stretch.rows.length;
      next = stretch.next;
      if (stretch.rows.length === PAGE)
        this.logger.info('Building the recommendation index', { rows: count });
    }
    return count;
  }
}
