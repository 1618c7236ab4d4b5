import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Logger, Metrics } from '@vici/utils';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { IndexFollower } from './index-follower.js';
import { IndexSnapshots } from './index-snapshots.js';
import { InteractionRepository } from './interaction.repository.js';
import { ListProjector } from './list-projector.js';
import { ShopperProjector } from './shopper-projector.js';

/** Builds the index from a snapshot and the logs before the service is ready and before it takes new events. */
@Injectable()
export class RestoreIndex implements OnModuleInit {
  readonly #took;

  constructor(
    private readonly interactions: InteractionRepository,
    private readonly snapshots: IndexSnapshots,
    private readonly follower: IndexFollower,
    private readonly index: RecommendationIndex,
    private readonly projector: ListProjector,
    private readonly shoppers: ShopperProjector,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#took = metrics.gauge(
      'recommendation_index_start_seconds',
      'How long the index took to be there at the start, by what it was built from.',
      ['from'],
    );
  }

  async onModuleInit(): Promise<void> {
    const started = performance.now();
    const resumed = await this.snapshots.restore();
    if (!resumed) {
      for (const [id, weight] of await this.interactions.pastInterest())
        this.index.addPastInterest(id, weight);
    }
    const applied = await this.follower.catchUp();
    // The last batch before the stop may not have reached Redis.
    this.shoppers.touchRecent(this.index);
    this.projector.rebuild();
    const milliseconds = Math.round(performance.now() - started);
    this.#took.set({ from: resumed ? 'snapshot' : 'logs' }, milliseconds / 1_000);
    this.logger.info('Recommendation index built', { resumed, ...applied, milliseconds });
  }
}
