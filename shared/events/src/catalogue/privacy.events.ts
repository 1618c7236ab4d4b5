import { z } from 'zod';
import { defineEvent, id, instant } from './event-definition.js';

/** The services that hold something of a person, and so have a part in every export and erasure. */
export const PERSONAL_DATA_SERVICES = [
  'auth-service',
  'user-service',
  'product-service',
  'cart-service',
  'order-service',
  'payment-service',
  'recommendation-service',
  'event-service',
  'notification-service',
] as const;

export type PersonalDataService = (typeof PERSONAL_DATA_SERVICES)[number];

const service = z.enum(PERSONAL_DATA_SERVICES);
const topics = ['privacy-events'] as const;

/**
 * Export and erasure of what is held on a person. An erasure is asked for by `user.deleted`. The topic keeps messages for
 * a day: an export is personal data itself.
 */
export const privacyEvents = {
  'privacy.export_requested': defineEvent({
    type: 'privacy.export_requested',
    topics,
    source: 'user-service',
    version: 1,
    schema: z.object({ requestId: id, userId: id, requestedAt: instant }),
  }),
  /** One part of what a service holds; its parts come in order, and the last one says so. */
  'privacy.data_exported': defineEvent({
    type: 'privacy.data_exported',
    topics,
    source: 'every-service',
    version: 1,
    schema: z.object({
      requestId: id,
      userId: id,
      service,
      part: z.int().min(1),
      last: z.boolean(),
      /** Records by what they are, e.g. `orders`. */
      data: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    }),
  }),
  /** What a service did about an erasure. */
  'privacy.data_erased': defineEvent({
    type: 'privacy.data_erased',
    topics,
    source: 'every-service',
    version: 1,
    schema: z.object({
      requestId: id,
      userId: id,
      service,
      /** How many of what are gone or no longer tell whose they were. */
      erased: z.record(z.string(), z.int().min(0)),
      /** What stays, and why it may. */
      kept: z.array(z.object({ what: z.string(), count: z.int().min(0), reason: z.string() })),
    }),
  }),
};
