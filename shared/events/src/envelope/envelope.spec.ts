import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { createEvent } from './create-event.js';
import { InvalidEventError, parseEvent } from './parse-event.js';
import { partitionKey } from './partition-key.js';

const userId = newId();
const data = { userId, deletedAt: '2026-01-01T00:00:00.000Z' };

describe('createEvent', () => {
  it('fills the CloudEvents envelope from the catalogue', () => {
    const id = newId();
    const time = new Date('2026-02-03T04:05:06.789Z');
    expect(createEvent('user.deleted', { subject: userId, data, id, time })).toEqual({
      specversion: '1.0',
      id,
      source: 'vici/user-service',
      type: 'user.deleted',
      subject: userId,
      time: '2026-02-03T04:05:06.789Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:vici:event:user.deleted:v1',
      data,
    });
  });

  it('gives each event an id of its own', () => {
    const [one, two] = [1, 2].map(() => createEvent('user.deleted', { subject: userId, data }));
    expect(one?.id).not.toBe(two?.id);
  });

  it('leaves out what the schema does not know', () => {
    const row = { ...data, passwordHash: 'x' };
    expect(createEvent('user.deleted', { subject: userId, data: row }).data).toEqual(data);
  });

  it('refuses data that does not fit the schema', () => {
    const wrong = { ...data, deletedAt: 'yesterday' };
    expect(() => createEvent('user.deleted', { subject: userId, data: wrong })).toThrow(ZodError);
  });
});

describe('parseEvent', () => {
  const event = createEvent('user.deleted', { subject: userId, data });

  it('gives back what was created', () => {
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
  });

  it('reads an id in capitals as PostgreSQL would give it back', () => {
    expect(parseEvent(JSON.stringify({ ...event, id: event.id.toUpperCase() }))?.id).toBe(event.id);
  });

  it('is undefined for a type that is unknown or not wanted, whose data is not checked', () => {
    const broken = JSON.stringify({ ...event, data: {} });
    expect(parseEvent(JSON.stringify({ ...event, type: 'user.renamed' }))).toBeUndefined();
    expect(parseEvent(broken, (type) => type !== 'user.deleted')).toBeUndefined();
  });

  it.each([
    ['not JSON', 'no', 'the message is not JSON'],
    ['not an object', '7', 'envelope does not fit its schema: (root): invalid_type'],
    [
      'without an id',
      JSON.stringify({ ...event, id: undefined }),
      'envelope does not fit its schema: id: invalid_type',
    ],
    [
      'with data of another shape',
      JSON.stringify({ ...event, data: { userId: 'jane@example.com', deletedAt: data.deletedAt } }),
      'user.deleted does not fit its schema: userId: invalid_format',
    ],
  ])('refuses what is %s, naming the field and not its value', (_, json, message) => {
    expect(() => parseEvent(json)).toThrow(new InvalidEventError(message));
  });
});

describe('partitionKey', () => {
  const fields = { sessionId: 's1', timestamp: 1, eventType: 'page_view' as const };

  it('is the aggregate for a domain event', () => {
    expect(partitionKey(createEvent('user.deleted', { subject: userId, data }))).toBe(userId);
  });

  it('is the user of a behaviour event, else the session', () => {
    expect(partitionKey(createEvent('page_view', { subject: 'x', data: { ...fields, userId } }))).toBe(
      userId,
    );
    expect(partitionKey(createEvent('page_view', { subject: 'x', data: fields }))).toBe('s1');
  });
});
