import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Logger } from '@vici/utils';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { IndexFollower } from './index-follower.js';
import { InteractionRepository } from './interaction.repository.js';
import { ListProjector } from './list-projector.js';
import { ShopperProjector } from './shopper-projector.js';

/** Builds the index from the logs before the service is ready and before it takes new events. */
@Injectable()
export class RestoreIndex implements OnModuleInit {
  constructor(
    private readonly interactions: InteractionRepository,
    private readonly follower: IndexFollower,
    private readonly index: RecommendationIndex,
    private readonly projector: ListProjector,
    private readonly shoppers: ShopperProjector,
    private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    const started = performance.now();
    for (const [id, weight] of await this.interactions.pastInterest()) this.index.addPastInterest(id, weight);
    // The last batch before the stop may not have reached Redis.
    const applied = await this.follower.catchUp((interaction) => this.shoppers.touchIfRecent(interaction));
    this.projector.rebuild();
    const milliseconds = Math.round(performance.now() - started);
    this.logger.info('Recommendation index built', { ...applied, milliseconds });
  }
}
