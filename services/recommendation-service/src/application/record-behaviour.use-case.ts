import { Injectable } from '@nestjs/common';
import { Logger, Metrics } from '@vici/utils';
import type { Interaction } from '../domain/interaction.js';
import { AfterCommit } from './after-commit.js';
import { type Attributable, Attribution } from './attribution.js';
import { type Basket, BasketRepository } from './basket.repository.js';
import { IndexFollower } from './index-follower.js';
import { InteractionRepository } from './interaction.repository.js';
import { ArrangementPolicy } from './list-arrangement.js';
import { ListProjector } from './list-projector.js';
import { ShopperProjector } from './shopper-projector.js';

/** What a batch of behaviour events says, and when the oldest of them was accepted. */
export interface ObservedBehaviour {
  readonly interactions: readonly Attributable[];
  readonly purchases: readonly Basket[];
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

/** The durable side of behaviour: rows that the index can be built from again. */
@Injectable()
export class BehaviourLog {
  constructor(
    private readonly interactions: InteractionRepository,
    private readonly baskets: BasketRepository,
    private readonly attribution: Attribution,
  ) {}

  /** Adds what was observed, in the open transaction. */
  async append({ interactions, purchases }: ObservedBehaviour): Promise<void> {
    await this.interactions.append(interactions);
    await this.attribution.record(interactions);
    if (purchases.length > 0) await this.baskets.addLines(purchases);
  }
}

/** What is measured and said about behaviour. */
@Injectable()
export class BehaviourObservers {
  readonly interactions;

  constructor(
    metrics: Metrics,
    readonly logger: Logger,
    private readonly policy: ArrangementPolicy,
  ) {
    this.interactions = metrics.counter('recommendation_interactions_total', 'Interactions learned from.', [
      'kind',
    ]);
  }

  /** Counts an interaction; what the shopper looked at is fresh to them again. */
  note({ kind, userId, sessionId, productId }: Interaction): void {
    this.interactions.inc({ kind });
    this.policy.exposure.noteInterest(sessionId, productId);
    if (userId !== undefined) this.policy.exposure.noteInterest(userId, productId);
  }
}

/**
 * Learns from what shoppers do. Rows are added in the open transaction; the index and the lists in Redis follow its
 * commit, so that an event that is delivered again counts once. Lists that cannot be written now are written later.
 */
@Injectable()
export class RecordBehaviour {
  constructor(
    private readonly log: BehaviourLog,
    private readonly follower: IndexFollower,
    private readonly projector: ListProjector,
    private readonly shoppers: ShopperProjector,
    private readonly afterCommit: AfterCommit,
    private readonly observers: BehaviourObservers,
  ) {}

  /** Needs an open transaction, which also holds the note that the events are handled. */
  async execute(observed: ObservedBehaviour): Promise<void> {
    const started = performance.now();
    await this.log.append(observed);
    this.afterCommit.run(async () => {
      await this.#learn(observed);
      this.shoppers.noteProcessing(Math.round(performance.now() - started));
    });
  }

  /** Reads on in the log, which holds what other replicas have written, too; their lists are theirs to write. */
  async #learn({ interactions, acceptedAt }: ObservedBehaviour): Promise<void> {
    try {
      await this.follower.catchUp();
    } catch (error) {
      this.observers.logger.warn('The latest events are in the log, not yet in the index', { error });
    }
    for (const interaction of interactions) this.observers.note(interaction);
    this.shoppers.touch({
      sessions: interactions.map(({ sessionId }) => sessionId),
      users: interactions.flatMap(({ userId }) => (userId === undefined ? [] : [userId])),
      since: acceptedAt,
    });
    this.projector.touch({ products: interactions.map(({ productId }) => productId) });
    this.projector.trendsChanged();
    this.projector.catalogueChanged();
  }
}
