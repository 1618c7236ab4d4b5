import type { ReceivedMessage } from '../bus/event-bus.js';
import type { DeadLetters } from '../dead-letter/dead-letters.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { InvalidEventError, parseEvent } from '../envelope/parse-event.js';
import { REPLAY_FOR_HEADER, TYPE_HEADER } from '../headers.js';

/** Whether a consumer takes events of this type from this topic. */
export type Wanted = (type: string, topic: string) => boolean;

/** A message and the event in it. */
export interface ReadMessage {
  readonly message: ReceivedMessage;
  readonly event: DomainEvent;
}

/** Turns the messages of one consumer group into events. */
export class MessageReader {
  constructor(
    private readonly group: string,
    private readonly wanted: Wanted,
    private readonly deadLetters: DeadLetters,
  ) {}

  /** The events in what the bus delivered; what is not for this group, and what is now a dead letter, is left out. */
  async readAll(batch: readonly ReceivedMessage[]): Promise<ReadMessage[]> {
    const read: ReadMessage[] = [];
    for (const message of batch) {
      const event = await this.read(message);
      if (event !== undefined) read.push({ message, event });
    }
    return read;
  }

  /** The event, or `undefined` for what is not for this group and for what is now a dead letter. */
  private async read(message: ReceivedMessage): Promise<DomainEvent | undefined> {
    if (!this.concerns(message)) return undefined;
    try {
      return parseEvent(message.value, (type) => this.wanted(type, message.topic));
    } catch (error) {
      if (!(error instanceof InvalidEventError)) throw error;
      await this.deadLetters.put(message, this.group, { error, attempts: 1 });
      return undefined;
    }
  }

  /** Judged by the headers alone, so that most messages of no interest are not even parsed. */
  private concerns({ headers, topic }: ReceivedMessage): boolean {
    const replayFor = headers[REPLAY_FOR_HEADER];
    if (replayFor !== undefined && replayFor !== this.group) return false;
    const type = headers[TYPE_HEADER];
    return type === undefined || this.wanted(type, topic);
  }
}
