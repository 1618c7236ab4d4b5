import { Inject, Injectable } from '@nestjs/common';
import { EVENT_BUS, type EventBus, toMessages } from '@vici/events';
import type { BehaviourEvent } from '../application/check-event.js';
import { EventStream } from '../application/ports.js';

/** Publishes on the bus without an outbox: the bus itself is where events are durable. */
@Injectable()
export class BusEventStream extends EventStream {
  constructor(@Inject(EVENT_BUS) private readonly bus: EventBus) {
    super();
  }

  async publish(events: readonly BehaviourEvent[]): Promise<void> {
    await this.bus.publishTogether(events.flatMap(toMessages));
  }
}
