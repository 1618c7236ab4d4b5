import { randomUUID } from 'node:crypto';
import { createEvent, toMessages } from '@vici/events';

const ID_DIGITS = 12;

/** Bodies of `POST /api/events/batch`, each with ids of its own; made cheaply, so that the load is not the sender. */
export class EventBatches {
  readonly #body: Buffer;
  readonly #ids: number[] = [];
  readonly #prefix = randomUUID().slice(0, 23);
  #next = 0;

  constructor(size: number) {
    const events = Array.from({ length: size }, (_, index) => viewed(this.#id(index)));
    this.#body = Buffer.from(JSON.stringify({ events }));
    for (let index = 0; index < size; index += 1) {
      this.#ids.push(this.#body.indexOf(this.#id(index)) + this.#prefix.length + 1);
    }
  }

  /** The next body. It is good until the one after it is asked for. */
  next(): Buffer {
    const body = Buffer.from(this.#body);
    for (const at of this.#ids) {
      this.#next += 1;
      body.write(digits(this.#next), at, 'latin1');
    }
    return body;
  }

  #id(index: number): string {
    return `${this.#prefix}-${digits(index)}`;
  }
}

/** What one such batch is on the bus: the same events, in the same envelopes, on the same topics. */
export function messagesOfBatch(size: number) {
  const sessionId = randomUUID();
  return Array.from({ length: size }, () => {
    const data = { ...viewed(''), eventType: 'product_view' as const, sessionId, receivedAt: Date.now() };
    return toMessages(createEvent('product_view', { subject: sessionId, data }));
  }).flat();
}

function digits(value: number): string {
  return value.toString(16).padStart(ID_DIGITS, '0');
}

function viewed(id: string) {
  return {
    ...(id !== '' && { id }),
    eventType: 'product_view',
    productId: randomUUID(),
    categoryId: randomUUID(),
    timestamp: Date.now(),
    price: 1999,
    position: 3,
    source: 'search',
  };
}
