import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { checkpoint, DomainError, invalidField } from '@vici/utils';
import { DeadLetterLog, DeadLetterReturn, type LoggedDeadLetter } from './dead-letter.log.js';

const MOST = 100;

/**
 * Gives dead letters back to their topics, each once. Who dies in the middle of it leaves them to the next who asks: a
 * message that comes twice is recognised by the inbox of its group.
 */
@Injectable()
export class ReplayDeadLetters {
  constructor(
    private readonly log: DeadLetterLog,
    private readonly back: DeadLetterReturn,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @returns the ids of those that were given back just now; others had been before
   * @throws DomainError VALIDATION_FAILED; NOT_FOUND when one is unknown; SERVICE_UNAVAILABLE while the bus is away
   */
  async execute(ids: readonly string[]): Promise<string[]> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0 || wanted.length > MOST) {
      throw invalidField('ids', `must have 1 to ${MOST} entries`);
    }
    const letters = await this.unitOfWork.transaction(() => this.begin(wanted));
    const taken = letters.map(({ id }) => id);
    try {
      await this.back.send(letters);
    } catch (cause) {
      await this.log.abandonReplay(taken);
      throw new DomainError('SERVICE_UNAVAILABLE', 'The event bus cannot be reached.', {}, { cause });
    }
    await checkpoint('dead-letters.sent');
    await this.log.endReplay(taken);
    return taken;
  }

  private async begin(ids: readonly string[]): Promise<LoggedDeadLetter[]> {
    if ((await this.log.count(ids)) < ids.length) {
      throw new DomainError('NOT_FOUND', 'There is no such dead letter.', { ids });
    }
    const letters = await this.log.beginReplay(ids);
    for (const { id, originTopic, group, type } of letters) {
      await this.audit.record({
        action: 'dead-letter.replay',
        target: { type: 'dead-letter', id },
        after: { topic: originTopic, group, eventType: type },
      });
    }
    return letters;
  }
}
