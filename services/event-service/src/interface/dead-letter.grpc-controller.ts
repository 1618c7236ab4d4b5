import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import type {
  DeadLetter,
  DeadLetterAdminServiceDefinition,
  DeadLetterFilter,
  GetDeadLetterRequest,
  ReplayDeadLettersRequest,
  ReplayDeadLettersResponse,
  SearchDeadLettersRequest,
  SearchDeadLettersResponse,
} from '@vici/proto-gen/event';
import { type GrpcHandlers, invalidField, parseId, requirePermission } from '@vici/utils';
import {
  DEAD_LETTER_STATUSES,
  type DeadLetterSearch,
  type DeadLetterStatus,
  type LoggedDeadLetter,
} from '../application/dead-letters/dead-letter.log.js';
import { ReadDeadLetters } from '../application/dead-letters/read-dead-letters.js';
import { ReplayDeadLetters } from '../application/dead-letters/replay-dead-letters.use-case.js';
import { payloadOf } from './dead-letter-payload.js';

/** What consumers gave up, for the administration. */
@Injectable()
export class DeadLetterGrpcController implements GrpcHandlers<typeof DeadLetterAdminServiceDefinition> {
  constructor(
    private readonly letters: ReadDeadLetters,
    private readonly replaying: ReplayDeadLetters,
  ) {}

  async searchDeadLetters({ filter, page }: SearchDeadLettersRequest): Promise<SearchDeadLettersResponse> {
    requirePermission('dead-letters:read');
    const found = await this.letters.search(searchOf(filter), requestedPage(page));
    return { deadLetters: found.items.map(toMessage), page: pageInfoOf(found) };
  }

  async getDeadLetter({ id }: GetDeadLetterRequest): Promise<DeadLetter> {
    requirePermission('dead-letters:read');
    const letter = await this.letters.one(parseId<'DeadLetter'>(id, 'id'));
    return { ...toMessage(letter), payload: payloadOf(letter.value) };
  }

  async replayDeadLetters({ ids }: ReplayDeadLettersRequest): Promise<ReplayDeadLettersResponse> {
    requirePermission('dead-letters:write');
    const wanted = ids.map((id, index) => parseId<'DeadLetter'>(id, `ids[${index}]`));
    return { replayedIds: await this.replaying.execute(wanted) };
  }
}

function searchOf(filter: DeadLetterFilter | undefined): DeadLetterSearch {
  if (filter === undefined) return { oldestFirst: false };
  return { ...filter, status: statusOf(filter.status) };
}

function statusOf(given: string | undefined): DeadLetterStatus | undefined {
  if (given === undefined) return undefined;
  const found = DEAD_LETTER_STATUSES.find((status) => status === given);
  if (found === undefined) {
    throw invalidField('status', `must be one of ${DEAD_LETTER_STATUSES.join(', ')}`);
  }
  return found;
}

function toMessage(letter: LoggedDeadLetter): DeadLetter {
  const { id, key, group, error, errorCode, attempts, status, replayedAt } = letter;
  return {
    id,
    topic: letter.originTopic,
    partition: Number(letter.originPartition),
    offset: letter.originOffset,
    key,
    group,
    eventType: letter.type,
    errorCode,
    error,
    attempts,
    failedAt: new Date(letter.failedAt),
    status,
    replayedAt,
    payload: undefined,
  };
}
