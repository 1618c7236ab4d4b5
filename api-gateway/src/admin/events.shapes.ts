import type { ArchivedEvent } from '@vici/proto-gen/event';
import { z } from 'zod';
import { instant, toInstant } from '../rest/shapes.js';
import type { CsvColumn } from '../streaming/csv-export.js';

const data = z.record(z.string(), z.unknown());

export const archivedEventShape = z
  .object({
    id: z.uuid(),
    eventType: z.string(),
    userId: z.uuid().optional(),
    stitchedUserId: z
      .uuid()
      .optional()
      .describe('Who signed in during the visit of an event that names nobody.'),
    sessionId: z.string(),
    occurredAt: instant,
    receivedAt: instant,
    bot: z.boolean().describe('Sent by a program.'),
    clientNetwork: z.string().optional().describe('Network of the client, never its whole address.'),
    userAgent: z.string().optional().describe('Family of the browser.'),
    data: data.describe('As it was published.'),
  })
  .meta({ id: 'ArchivedEvent' });

type Shown = z.output<typeof archivedEventShape>;

/** @throws Error when a time is missing or the data is no JSON object, which the contract forbids */
export function toArchivedEvent({ dataJson, occurredAt, receivedAt, ...event }: ArchivedEvent): Shown {
  return {
    ...event,
    occurredAt: toInstant(occurredAt),
    receivedAt: toInstant(receivedAt),
    data: data.parse(JSON.parse(dataJson)),
  };
}

/** Columns of the export; fields that only some types have stand in the last one. */
export const EVENT_COLUMNS: readonly CsvColumn<Shown>[] = [
  { header: 'id', value: ({ id }) => id },
  { header: 'eventType', value: ({ eventType }) => eventType },
  { header: 'occurredAt', value: ({ occurredAt }) => occurredAt },
  { header: 'receivedAt', value: ({ receivedAt }) => receivedAt },
  { header: 'userId', value: ({ userId }) => userId },
  { header: 'stitchedUserId', value: ({ stitchedUserId }) => stitchedUserId },
  { header: 'sessionId', value: ({ sessionId }) => sessionId },
  { header: 'bot', value: ({ bot }) => bot },
  { header: 'clientNetwork', value: ({ clientNetwork }) => clientNetwork },
  { header: 'userAgent', value: ({ userAgent }) => userAgent },
  { header: 'data', value: (event) => JSON.stringify(event.data) },
];
