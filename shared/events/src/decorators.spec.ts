import { describe, expect, it } from 'vitest';
import { ON_EVENT, ON_EVENT_BATCH, OnEvent, OnEventBatch } from './decorators.js';
import type { DomainEvent } from './envelope/domain-event.js';

class Handlers {
  readonly seen: unknown[] = [];

  @OnEvent('user.deleted', 'user.updated')
  async exact(event: DomainEvent<'user.deleted' | 'user.updated'>): Promise<void> {
    this.seen.push(event);
  }

  @OnEvent('user.deleted')
  async wider(event: DomainEvent): Promise<void> {
    this.seen.push(event);
  }

  // @ts-expect-error The handler would be given events that its parameter does not allow.
  @OnEvent('user.deleted', 'user.updated')
  async narrower(event: DomainEvent<'user.deleted'>): Promise<void> {
    this.seen.push(event);
  }

  @OnEventBatch({ topics: ['account-events'], maxBatch: 5 }, 'user.deleted')
  async batch(events: DomainEvent<'user.deleted'>[]): Promise<void> {
    this.seen.push(events);
  }

  // @ts-expect-error A batch handler takes a list.
  @OnEventBatch({ topics: ['account-events'] }, 'user.deleted')
  async single(event: DomainEvent<'user.deleted'>): Promise<void> {
    this.seen.push(event);
  }
}

describe('the event decorators', () => {
  it('note on the method what it handles', () => {
    expect(Reflect.getMetadata(ON_EVENT, Handlers.prototype.exact)).toEqual({
      types: ['user.deleted', 'user.updated'],
    });
    expect(Reflect.getMetadata(ON_EVENT_BATCH, Handlers.prototype.batch)).toEqual({
      topics: ['account-events'],
      maxBatch: 5,
      types: ['user.deleted'],
    });
    expect(Reflect.getMetadata(ON_EVENT_BATCH, Handlers.prototype.wider)).toBeUndefined();
  });
});
