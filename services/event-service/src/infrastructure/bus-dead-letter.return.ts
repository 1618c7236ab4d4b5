import { Inject, Injectable } from '@nestjs/common';
import { EVENT_BUS, type EventBus, replayMessage } from '@vici/events';
import { type ArrivedDeadLetter, DeadLetterReturn } from '../application/dead-letters/dead-letter.log.js';

/** Publishes dead letters as what they were, for the group that gave up. */
@Injectable()
export class BusDeadLetterReturn extends DeadLetterReturn {
  constructor(@Inject(EVENT_BUS) private readonly bus: EventBus) {
    super();
  }

  async send(letters: readonly ArrivedDeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    await this.bus.publish(letters.map((letter) => replayMessage(letter, letter.originTopic)));
  }
}
