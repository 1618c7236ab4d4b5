import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '@vici/database';
import { notFound } from '@vici/utils';
import { DeadLetterLog, type DeadLetterSearch, type LoggedDeadLetter } from './dead-letter.log.js';

/** Shows the staff what was given up. */
@Injectable()
export class ReadDeadLetters {
  constructor(private readonly log: DeadLetterLog) {}

  async search(search: DeadLetterSearch, page: PageRequest): Promise<Page<LoggedDeadLetter>> {
    return await this.log.search(search, page);
  }

  /** @throws DomainError NOT_FOUND */
  async one(id: string): Promise<LoggedDeadLetter> {
    const letter = await this.log.find(id);
    if (letter === undefined) throw notFound('Dead letter', id);
    return letter;
  }
}
