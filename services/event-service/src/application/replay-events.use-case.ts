import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { invalidField } from '@vici/utils';
import { EventReplay, isReplayTopic, REPLAY_TOPICS } from './event-replay.port.js';
import { ReadEvents, type ReadRange } from './read-events.use-case.js';

/**
 * Sends a page of archived events to a topic again, under their own ids: who keeps an inbox passes over what it has
 * handled. The caller asks for page after page, so a replay that breaks off goes on where it was.
 */
@Injectable()
export class ReplayEvents {
  constructor(
    private readonly readEvents: ReadEvents,
    private readonly replay: EventReplay,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws DomainError VALIDATION_FAILED naming the faulty field */
  async execute(
    range: ReadRange,
    topic: string,
  ): Promise<{ readonly sent: number; readonly nextCursor?: string }> {
    if (!isReplayTopic(topic)) throw invalidField('topic', `must be one of ${REPLAY_TOPICS.join(', ')}`);
    const { events, nextCursor } = await this.readEvents.execute(range);
    await this.replay.send(events, topic);
    // A long replay is one act, recorded with its first page.
    if (range.cursor === undefined) await this.record(range, topic);
    return { sent: events.length, ...(nextCursor !== undefined && { nextCursor }) };
  }

  private async record({ from, to, eventTypes }: ReadRange, topic: string): Promise<void> {
    await this.unitOfWork.transaction(() =>
      this.audit.record({
        action: 'events.replay',
        target: { type: 'topic', id: topic },
        after: { from: from.toISOString(), to: to.toISOString(), eventTypes },
      }),
    );
  }
}
