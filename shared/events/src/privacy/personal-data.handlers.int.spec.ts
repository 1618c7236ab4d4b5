import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { useEvents } from '../../test/events-fixture.js';
import { createEvent } from '../envelope/create-event.js';
import { OutboxPublisher } from '../outbox/outbox.publisher.js';
import { PersonalDataHandlers } from './personal-data.handlers.js';
import { type Erasure, PersonalData, type PersonalRecord } from './personal-data.js';

const events = useEvents();
const userId = newId();
const requestId = newId();

class Letters extends PersonalData {
  readonly service = 'order-service';

  constructor(private readonly letters: readonly PersonalRecord[]) {
    super();
  }

  async *records(): AsyncGenerator<PersonalRecord> {
    yield* this.letters;
  }

  async erase(): Promise<Erasure> {
    return {
      erased: { letters: 3 },
      kept: [{ what: 'invoices', count: 1, reason: 'The law wants them kept.' }],
    };
  }
}

async function answers(
  letters: readonly PersonalRecord[],
  ask: (handlers: PersonalDataHandlers) => Promise<void>,
) {
  const { database } = events.postgres;
  const handlers = new PersonalDataHandlers(
    new Letters(letters),
    new OutboxPublisher(database, () => undefined),
  );
  await database.transaction(() => ask(handlers));
  const { rows } = await database.pool.query<{ payload: string }>('select payload from outbox order by seq');
  return rows.map(({ payload }): { id: string; subject: string; data: Record<string, unknown> } =>
    JSON.parse(payload),
  );
}

const askForExport = (handlers: PersonalDataHandlers) =>
  handlers.onExportRequested(
    createEvent('privacy.export_requested', {
      subject: requestId,
      data: { requestId, userId, requestedAt: '2026-01-01T00:00:00.000Z' },
    }),
  );

describe('an export', () => {
  it('is one part for little, sorted by what it is', async () => {
    const [only, ...others] = await answers(
      [
        { section: 'orders', record: { number: 1 } },
        { section: 'invoices', record: { number: 'A' } },
        { section: 'orders', record: { number: 2 } },
      ],
      askForExport,
    );
    expect(others).toEqual([]);
    expect(only?.subject).toBe(requestId);
    expect(only?.data).toEqual({
      requestId,
      userId,
      service: 'order-service',
      part: 1,
      last: true,
      data: { orders: [{ number: 1 }, { number: 2 }], invoices: [{ number: 'A' }] },
    });
  });

  it('says so when there is nothing', async () => {
    expect((await answers([], askForExport)).map(({ data }) => [data['last'], data['data']])).toEqual([
      [true, {}],
    ]);
  });

  it('comes in numbered parts that each fit an event, and only the last one says it is', async () => {
    const long = Array.from({ length: 12 }, (_, number) => ({
      section: 'letters',
      record: { number, text: 'x'.repeat(100_000) },
    }));
    const parts = await answers(long, askForExport);
    expect(parts.map(({ data }) => [data['part'], data['last']])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(3);
  });
});

describe('an erasure', () => {
  it('is reported with what went, what stays and why', async () => {
    const [report] = await answers([], (handlers) =>
      handlers.onUserDeleted(
        createEvent('user.deleted', {
          subject: userId,
          data: { userId, requestId, deletedAt: '2026-01-01T00:00:00.000Z' },
        }),
      ),
    );
    expect(report?.data).toEqual({
      requestId,
      userId,
      service: 'order-service',
      erased: { letters: 3 },
      kept: [{ what: 'invoices', count: 1, reason: 'The law wants them kept.' }],
    });
  });
});
