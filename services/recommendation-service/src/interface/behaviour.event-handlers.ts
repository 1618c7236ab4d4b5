import { Injectable } from '@nestjs/common';
import { OnEventBatch } from '@vici/events';
import { RecordBehaviour } from '../application/record-behaviour.use-case.js';
import { basketsOf, type InterestEvent, interactionOf } from './behaviour-of.js';

/** Feeds what shoppers do to the index. */
@Injectable()
export class BehaviourEventHandlers {
  constructor(private readonly behaviour: RecordBehaviour) {}

  @OnEventBatch(
    { topics: ['user-events'], maxBatch: 200 },
    'product_view',
    'product_click',
    'wishlist_add',
    'add_to_cart',
    'purchase',
  )
  async behaviourEvents(batch: InterestEvent[]): Promise<void> {
    // A bot's interest is nobody's.
    const events = batch.filter(({ data }) => data.bot !== true);
    if (events.length === 0) return;
    await this.behaviour.execute({
      interactions: events.map(interactionOf),
      purchases: basketsOf(events),
      acceptedAt: Math.min(...events.map(({ time }) => Date.parse(time))),
    });
  }
}
