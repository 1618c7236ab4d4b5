import type { z } from 'zod';
import { accountEvents } from './account.events.js';
import { auditEvents } from './audit.events.js';
import { behaviourEvents } from './behaviour.events.js';
import { inventoryEvents } from './inventory.events.js';
import { notificationEvents } from './notification.events.js';
import { orderEvents } from './order.events.js';
import { paymentEvents } from './payment.events.js';
import { privacyEvents } from './privacy.events.js';
import { productEvents } from './product.events.js';
import { shoppingEvents } from './shopping.events.js';

export { SECURITY_NOTICES } from './account.events.js';
export { BEHAVIOUR_TYPES, type BehaviourType, behaviourFields, isBehaviourType } from './behaviour.events.js';
export type { EventDefinition } from './event-definition.js';
export type { OrderSnapshot } from './order.events.js';
export { PERSONAL_DATA_SERVICES, type PersonalDataService } from './privacy.events.js';
export type { ProductSnapshot } from './product.events.js';
export { deadLetterTopic, TOPICS, type Topic, type TopicSettings } from './topics.js';

/** Every event of Vici by its type: the one place where the type, the run-time check and the topics live. */
export const EVENT_CATALOGUE = {
  ...behaviourEvents,
  ...accountEvents,
  ...productEvents,
  ...inventoryEvents,
  ...orderEvents,
  ...paymentEvents,
  ...notificationEvents,
  ...shoppingEvents,
  ...auditEvents,
  ...privacyEvents,
};

export type EventType = keyof typeof EVENT_CATALOGUE;

/** The data an event of type `T` carries, as its schema gives it. */
export type EventData<T extends EventType> = z.infer<(typeof EVENT_CATALOGUE)[T]['schema']>;
