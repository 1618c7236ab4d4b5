import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Logger, Metrics } from '@vici/utils';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { type Basket, BasketRepository } from './basket.repository.js';
import { IndexFollower } from './index-follower.js';
import { ListProjector } from './list-projector.js';

/** How an import went. */
export interface ImportOutcome {
  readonly imported: number;
  /** Baskets that were there already. */
  readonly known: number;
}

/** Takes past orders in as purchase history. A basket known by its id changes nothing, so an import can be run again. */
@Injectable()
export class ImportBaskets {
  readonly #imported;

  constructor(
    private readonly baskets: BasketRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly index: RecommendationIndex,
    private readonly follower: IndexFollower,
    private readonly projector: ListProjector,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#imported = metrics.counter('recommendation_baskets_imported_total', 'Past orders taken in.');
  }

  /** With `rebuild` all lists are written anew, in the background. */
  async execute(baskets: readonly Basket[], rebuild: boolean): Promise<ImportOutcome> {
    const distinct = [...new Map(baskets.map((basket) => [basket.id, basket])).values()];
    const added = await this.unitOfWork.transaction(() => this.baskets.addUnknown(distinct));
    await this.follower.catchUp();
    if (added.length > 0) this.projector.catalogueChanged();
    this.#imported.inc(added.length);
    if (rebuild) {
      this.projector.rebuild();
      this.logger.info('Purchase history imported; all lists are being rebuilt', {
        baskets: this.index.baskets.size,
      });
    }
    return { imported: added.length, known: baskets.length - added.length };
  }
}
