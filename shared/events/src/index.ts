export { type AuditEntry, AuditTrail } from './audit/audit-trail.js';
export { createEventBus } from './bus/create-event-bus.js';
export type {
  BusLogger,
  BusMessage,
  BusSubscription,
  EventBus,
  EventBusConfig,
  EventBusDependencies,
  ReceivedMessage,
  SubscriptionOptions,
  TopicSpec,
} from './bus/event-bus.js';
export { KafkaEventBus } from './bus/kafka.event-bus.js';
export { RedisStreamsEventBus } from './bus/redis-streams.event-bus.js';
export * from './catalogue/index.js';
export { DEFAULT_RETRY, type RetryPolicy } from './consumer/retries.js';
export { runDeadLetterCommand } from './dead-letter/dead-letter.command.js';
export { type DeadLetter, describeDeadLetter, replayMessage } from './dead-letter/dead-letter.js';
export { type DeadLetterFilter, REPLAY_GROUP, replayDeadLetters } from './dead-letter/replay-dead-letters.js';
export { OnEvent, OnEventBatch, type OnEventBatchOptions, OnEvents } from './decorators.js';
export { createCheckedEvent, createEvent, type NewEvent } from './envelope/create-event.js';
export type { DomainEvent, EventEnvelope } from './envelope/domain-event.js';
export { fitsBehaviour } from './envelope/fits-behaviour.js';
export { InvalidEventError, parseEvent } from './envelope/parse-event.js';
export { partitionKey } from './envelope/partition-key.js';
export { type EventBusSettings, eventBusOf } from './event-bus-of.js';
export { EVENT_BUS, EventsModule, type EventsModuleOptions } from './events.module.js';
export { topicSpecs } from './events.runtime.js';
export { type EventsTables, eventsMigrations } from './events.tables.js';
export { DEAD_LETTER_HEADERS } from './headers.js';
export { EventPublisher } from './outbox/event-publisher.js';
export { toMessages } from './outbox/outbox.publisher.js';
export { PersonalDataHandlers } from './privacy/personal-data.handlers.js';
export { type Erasure, PersonalData, type PersonalRecord } from './privacy/personal-data.js';
export { type GatheringLimits, GatheringPace } from './retry/gathering-pace.js';
