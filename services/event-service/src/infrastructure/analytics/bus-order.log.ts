import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { EVENT_BUS, type EventBus, parseEvent } from '@vici/events';
import { OrderLog } from '../../application/analytics/figures.port.js';
import type { OrderEvent } from '../../application/analytics/order-facts.js';
import type { EventTables } from '../event.tables.js';

/** The consumer group that counts orders, see `AnalyticsEventHandlers`. */
const CONSUMER = 'event-service.countOrders';
const CHUNK = 1_000;

/** Order events on the bus that the inbox has notes of: the others will come to be counted by themselves. */
@Injectable()
export class BusOrderLog extends OrderLog {
  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(Database) private readonly database: Database<EventTables>,
  ) {
    super();
  }

  async readCounted(visit: (event: OrderEvent) => void): Promise<void> {
    const seen = new Set<string>();
    let chunk: OrderEvent[] = [];
    const pass = async () => {
      const counted = await this.counted(chunk.map(({ id }) => id));
      for (const event of chunk) if (counted.has(event.id)) visit(event);
      chunk = [];
    };
    await this.bus.readAll('order-events', async ({ value }) => {
      const event = parseEvent(value, isOfInterest);
      if (event === undefined || !isOrderEvent(event) || seen.has(event.id)) return;
      seen.add(event.id);
      chunk.push(event);
      if (chunk.length >= CHUNK) await pass();
    });
    await pass();
  }

  private async counted(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await sql<{ event_id: string }>`
      select event_id from inbox where consumer = ${CONSUMER} and event_id = any (${ids}::uuid[])`.execute(
      this.database.query,
    );
    return new Set(rows.map(({ event_id }) => event_id));
  }
}

function isOfInterest(type: string): boolean {
  return type === 'order.confirmed' || type === 'order.refunded' || type === 'order.cancelled';
}

function isOrderEvent(event: { readonly type: string }): event is OrderEvent {
  return isOfInterest(event.type);
}
