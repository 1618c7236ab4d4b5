import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { checkEvent } from './check-event.js';
import type { Shopper, SubmittedEvent } from './submitted-event.js';

const now = new Date('2026-03-02T10:00:00.000Z');
const session = newId();
const productId = newId();
const guest: Shopper = { role: 'anonymous', sessionId: session };

const viewed = (over: SubmittedEvent = {}): SubmittedEvent => ({
  id: newId(),
  eventType: 'product_view',
  timestamp: now.getTime() - 1000,
  productId,
  ...over,
});

const reasonOf = (submitted: SubmittedEvent, shopper = guest) => {
  const verdict = checkEvent(submitted, { shopper, now, bot: false });
  return 'reason' in verdict ? verdict.reason : undefined;
};
const eventOf = (submitted: SubmittedEvent, shopper = guest) => {
  const verdict = checkEvent(submitted, { shopper, now, bot: false });
  return 'event' in verdict ? verdict.event : undefined;
};

describe('checkEvent', () => {
  it('makes an event of the catalogue under the id of the client, at the time of the client', () => {
    const submitted = viewed({ metadata: { page: 'home', scroll: 0.5, first: true }, position: 0 });

    expect(eventOf(submitted)).toMatchObject({
      id: submitted.id,
      source: 'vici/event-service',
      type: 'product_view',
      subject: session,
      time: '2026-03-02T09:59:59.000Z',
      data: {
        eventType: 'product_view',
        sessionId: session,
        timestamp: now.getTime() - 1000,
        receivedAt: now.getTime(),
        productId,
        position: 0,
        metadata: { page: 'home', scroll: 0.5, first: true },
      },
    });
  });

  it('gives a signed-in shopper the event as its subject', () => {
    const userId = newId();
    const event = eventOf(viewed(), { role: 'customer', userId, sessionId: session });
    expect(event).toMatchObject({ subject: userId, data: { userId, sessionId: session } });
  });

  it('takes time zero as now and an id in capitals as the same id', () => {
    const id = newId();
    const event = eventOf(viewed({ id: id.toUpperCase(), timestamp: 0 }));
    expect(event).toMatchObject({ id, data: { timestamp: now.getTime() } });
  });

  it("uses the event's own session only where the caller has none", () => {
    const own = newId();
    expect(eventOf(viewed({ sessionId: own }))?.data.sessionId).toBe(session);
    expect(eventOf(viewed({ sessionId: own }), { role: 'anonymous' })?.data.sessionId).toBe(own);
    expect(reasonOf(viewed({ sessionId: 'tab-1' }), { role: 'anonymous' })).toBe(
      'sessionId must be a UUID where the request names no session.',
    );
  });

  it.each(['purchase', 'checkout_complete'])('takes %s from Vici itself alone', (eventType) => {
    for (const role of ['anonymous', 'customer', 'support', 'admin'] as const) {
      expect(reasonOf(viewed({ eventType }), { role, sessionId: session })).toBe(
        `eventType ${eventType} is reported by the shop itself and not taken from clients.`,
      );
    }
    expect(eventOf(viewed({ eventType }), { role: 'system', sessionId: session })?.type).toBe(eventType);
  });

  it.each<[string, SubmittedEvent]>([
    ['id must be a UUID.', { id: 'view-1' }],
    ['timestamp is more than 24 hours old.', { timestamp: now.getTime() - 86_400_001 }],
    ['timestamp is more than 24 hours old.', { timestamp: -1 }],
    ['timestamp is more than 5 minutes ahead.', { timestamp: now.getTime() + 300_001 }],
    ['timestamp is more than 5 minutes ahead.', { timestamp: 2 ** 62 }],
    ['productId is required.', { productId: undefined }],
    ['query is required.', { eventType: 'search' }],
    ['categoryId is required.', { eventType: 'category_view' }],
    ['timestamp must be milliseconds since the epoch.', { timestamp: '5' }],
    ['id must be a UUID.', { id: 7 }],
    ['metadata must be a JSON object of at most 8192 characters.', { metadata: '{' }],
    ['metadata must be a JSON object of at most 8192 characters.', { metadata: [1] }],
    ['metadata must be a JSON object of at most 8192 characters.', { metadata: null }],
    ['metadata must be a JSON object of at most 8192 characters.', { metadata: { a: 'x'.repeat(8192) } }],
    ['metadata contains characters that are not text.', { metadata: { a: '\0' } }],
    ['metadata contains characters that are not text.', { metadata: { '\ud800': 1 } }],
    ['source contains characters that are not text.', { source: 'a\0b' }],
  ])('says "%s"', (reason, over) => {
    expect(reasonOf(viewed(over))).toBe(reason);
  });

  it.each<[string, SubmittedEvent]>([
    ['productId', { productId: 'p1' }],
    ['price', { price: -1 }],
    ['price', { price: Number.NaN }],
    ['quantity', { quantity: 0 }],
    ['query', { query: 'x'.repeat(501) }],
    ['resultProductIds', { resultProductIds: [productId, 'p2'] }],
    ['metadata', { metadata: { a: { b: 1 } } }],
  ])('names %s when it does not fit, and does not repeat its value', (field, over) => {
    const reason = reasonOf(viewed(over));
    expect(reason).toMatch(new RegExp(`^${field} is not valid: .+\\.$`));
    expect(reason).not.toMatch(/p1|p2|xx/);
  });

  it('names the types it takes when it does not know one', () => {
    expect(reasonOf(viewed({ eventType: 'toString' }))).toMatch(/^eventType must be one of page_view, .+\.$/);
  });

  it('marks what a program sent, and believes no client about that or about the time of arrival', () => {
    const submitted = viewed({ bot: false, receivedAt: 1, userId: newId() });
    const verdict = checkEvent(submitted, { shopper: guest, now, bot: true });
    expect(verdict).toMatchObject({ event: { data: { bot: true, receivedAt: now.getTime() } } });
    expect(eventOf(viewed({ bot: true }))?.data.bot).toBeUndefined();
    expect(eventOf(viewed({ userId: newId() }))?.data.userId).toBeUndefined();
  });

  it('gives an event without any session the one made for the request', () => {
    const [made, own] = [newId(), newId()];
    const shopper: Shopper = { role: 'anonymous', fallbackSessionId: made };
    expect(eventOf(viewed(), shopper)?.data.sessionId).toBe(made);
    expect(eventOf(viewed({ sessionId: own }), shopper)?.data.sessionId).toBe(own);
  });
});
