import { SetMetadata } from '@nestjs/common';
import type { EventType, Topic } from './catalogue/index.js';
import type { DomainEvent } from './envelope/domain-event.js';

/** Metadata key of {@link OnEvent}. */
export const ON_EVENT = Symbol('vici:on-event');
/** Metadata key of {@link OnEvents}. */
export const ON_EVENTS = Symbol('vici:on-events');
/** Metadata key of {@link OnEventBatch}. */
export const ON_EVENT_BATCH = Symbol('vici:on-event-batch');

/** What {@link OnEvent} and {@link OnEvents} leave on a method. */
export interface OnEventMetadata {
  readonly types: readonly EventType[];
}

/** Where a batch handler reads and how much it takes at once. */
export interface OnEventBatchOptions {
  readonly topics: readonly Topic[];
  /** Largest batch; default 100. */
  readonly maxBatch?: number;
  /**
   * How long, in milliseconds, what several partitions bring may gather for one batch while it comes steadily; what
   * comes alone does not wait. Default 20.
   */
  readonly gatherMs?: number;
  /**
   * The handler sees to it by itself that an event takes effect once, in transactions of its own: no inbox notes are
   * kept, and none of its work is in a transaction already. Default: false.
   */
  readonly idempotent?: boolean;
}

/** What {@link OnEventBatch} leaves on a method. */
export interface OnEventBatchMetadata extends OnEventBatchOptions, OnEventMetadata {}

type HandlerDecorator<Argument> = <H extends (argument: Argument) => Promise<void>>(
  target: object,
  propertyKey: string | symbol,
  descriptor: TypedPropertyDescriptor<H>,
) => void;

/**
 * Makes a provider's method the handler of events of these types. The service is one consumer group; the
 * method's database work and the note that the event is handled commit together, so its effect in the
 * database happens once. An effect elsewhere (mail, another service) may happen again after a crash and
 * has to be idempotent on `event.id`. What the method throws is retried, then dead-lettered.
 */
export function OnEvent<T extends EventType>(...types: T[]): HandlerDecorator<DomainEvent<T>> {
  return SetMetadata(ON_EVENT, { types } satisfies OnEventMetadata);
}

/**
 * As {@link OnEvent}, for a method that takes at once what came together: in order, none of it handled before, and often
 * a single event. Up to 20 events share one transaction. When it fails nothing of it has happened, and they are
 * handled one by one, with a transaction, tries and a dead letter each: the method must be able to be run anew for
 * another event's failure. Its locks are waited for no longer than 100 ms while several share a transaction; one
 * that takes rows of several events locks them in one order.
 */
export function OnEvents<T extends EventType>(...types: T[]): HandlerDecorator<DomainEvent<T>[]> {
  return SetMetadata(ON_EVENTS, { types } satisfies OnEventMetadata);
}

/**
 * Makes a provider's method the handler of batches of these types, in a consumer group of its own
 * (`<service>.<method>`). A batch is in order, holds no event handled before, and commits as a whole; when
 * it keeps failing its events are handled one by one so that only the faulty one is dead-lettered.
 */
export function OnEventBatch<T extends EventType>(
  options: OnEventBatchOptions,
  ...types: T[]
): HandlerDecorator<DomainEvent<T>[]> {
  return SetMetadata(ON_EVENT_BATCH, { ...options, types } satisfies OnEventBatchMetadata);
}
