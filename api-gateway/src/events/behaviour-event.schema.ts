import { BEHAVIOUR_TYPES, behaviourFields } from '@vici/events';
import type { BehaviourEvent } from '@vici/proto-gen/event';
import { z } from 'zod';
import { text } from '../rest/fields.js';

const fields = behaviourFields.shape;

/** A behaviour event as a client sends it: the data of the event catalogue and an id the client made. */
export const behaviourEventSchema = z
  .object({
    id: z.uuid().describe('Made by the client: an event sent twice counts once.'),
    eventType: z.enum(BEHAVIOUR_TYPES).describe('`purchase` is refused: the shop itself reports purchases.'),
    timestamp: fields.timestamp
      .optional()
      .describe('When it happened, in milliseconds; now where it is missing.'),
    sessionId: text(64).optional().describe('Where X-Session-Id cannot be sent (sendBeacon).'),
    productId: fields.productId,
    variantId: fields.variantId,
    categoryId: fields.categoryId,
    price: fields.price.describe('Minor units.'),
    quantity: fields.quantity,
    position: fields.position,
    source: text(64).optional(),
    query: text(500).optional(),
    resultsCount: fields.resultsCount,
    resultProductIds: fields.resultProductIds,
    recommendationId: text(128).optional(),
    metadata: fields.metadata,
  })
  .meta({ id: 'BehaviourEvent' });

/** The event as event-service takes it. */
export function toBehaviourEvent({
  timestamp,
  metadata,
  resultProductIds,
  ...event
}: z.output<typeof behaviourEventSchema>): Partial<BehaviourEvent> {
  return {
    ...event,
    timestamp: BigInt(timestamp ?? 0),
    resultProductIds: resultProductIds ?? [],
    metadataJson: metadata === undefined ? undefined : JSON.stringify(metadata),
  };
}
