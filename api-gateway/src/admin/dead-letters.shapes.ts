import type { DeadLetter } from '@vici/proto-gen/event';
import { z } from 'zod';
import { instant, toInstant } from '../rest/shapes.js';
import { fieldColumns } from './list-export.js';

/** DEAD: waits for somebody. REPLAYED: was given back; should it fail again, it is another dead letter. */
export const DEAD_LETTER_STATUSES = ['DEAD', 'REPLAYING', 'REPLAYED'] as const;

const fields = {
  id: z.uuid(),
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  key: z.string().describe('What it is about, mostly the id of an order, a user, a product.'),
  group: z.string().describe('The consumer group that gave it up.'),
  eventType: z.string().describe('Empty where its producer did not say.'),
  errorCode: z.string(),
  error: z.string(),
  attempts: z.int(),
  failedAt: instant,
  status: z.string().describe('DEAD, REPLAYING or REPLAYED.'),
  replayedAt: instant.optional(),
};

export const deadLetterShape = z.object(fields).meta({ id: 'DeadLetter' });

export const deadLetterDetailShape = z
  .object({ ...fields, payload: z.string().describe('The message: JSON where it is any.') })
  .meta({ id: 'DeadLetterDetail' });

/** A dead letter as a row of an export. */
export const DEAD_LETTER_COLUMNS = fieldColumns(
  'id',
  'failedAt',
  'topic',
  'partition',
  'offset',
  'key',
  'group',
  'eventType',
  'errorCode',
  'error',
  'attempts',
  'status',
  'replayedAt',
);

export function toDeadLetter({
  payload: _payload,
  failedAt,
  replayedAt,
  ...letter
}: DeadLetter): z.output<typeof deadLetterShape> {
  return { ...letter, failedAt: toInstant(failedAt), replayedAt: replayedAt && toInstant(replayedAt) };
}

export function toDeadLetterDetail(letter: DeadLetter): z.output<typeof deadLetterDetailShape> {
  return { ...toDeadLetter(letter), payload: letter.payload ?? '' };
}
