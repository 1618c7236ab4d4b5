import { Inject, Injectable } from '@nestjs/common';
import { EVENT_BUS, type EventBus, toMessages } from '@vici/events';
import type { BehaviourEvent } from '../application/check-event.js';
import { EventReplay, type ReplayTopic } from '../application/event-replay.port.js';

/** Sends archived events as they were sent before, to one of their topics. */
@Injectable()
export class BusEventReplay extends EventReplay {
  constructor(@Inject(EVENT_BUS) private readonly bus: EventBus) {
    super();
  }

  async send(events: readonly BehaviourEvent[], topic: ReplayTopic): Promise<void> {
    const once = events.flatMap((event) => toMessages(event).slice(0, 1));
    await this.bus.publishTogether(once.map((message) => ({ ...message, topic })));
  }
}
