import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import { DeadLetterLog } from '../application/dead-letters/dead-letter.log.js';
import { EraseUser } from '../application/erase-user.use-case.js';
import type { EventTables } from './event.tables.js';

const PAGE = 500;

/**
 * A person's behaviour in the shop, newest first. All of it goes, and so do messages about the person that some consumer
 * gave up; what those say, the services they came from tell.
 */
@Injectable()
export class EventPersonalData extends PersonalData {
  readonly service = 'event-service';

  constructor(
    @Inject(Database) private readonly database: Database<EventTables>,
    private readonly eraseUser: EraseUser,
    private readonly deadLetters: DeadLetterLog,
  ) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    let before: { receivedAt: Date; id: string } | undefined;
    do {
      const rows = await this.page(userId, before);
      for (const { event_type, occurred_at, data } of rows) {
        yield { section: 'behaviour', record: { type: event_type, at: occurred_at, data } };
      }
      const last = rows.length === PAGE ? rows.at(-1) : undefined;
      before = last && { receivedAt: last.received_at, id: last.id };
    } while (before !== undefined);
  }

  async erase(userId: string): Promise<Erasure> {
    const behaviour = await this.eraseUser.execute(userId);
    return { erased: { behaviour, dead_letters: await this.deadLetters.eraseUser(userId) } };
  }

  private page(userId: string, before: { receivedAt: Date; id: string } | undefined) {
    return this.database.query
      .selectFrom('behaviour_events')
      .select(['id', 'event_type', 'occurred_at', 'received_at', 'data'])
      .where('user_id', '=', userId)
      .$if(before !== undefined, (rows) =>
        rows.where((row) =>
          row(
            row.refTuple('received_at', 'id'),
            '<',
            row.tuple(before?.receivedAt ?? new Date(), before?.id ?? ''),
          ),
        ),
      )
      .orderBy('received_at', 'desc')
      .orderBy('id', 'desc')
      .limit(PAGE)
      .execute();
  }
}
