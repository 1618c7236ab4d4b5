import { Injectable } from '@nestjs/common';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import { Clock } from '@vici/utils';
import { PersonalOrders } from '../application/ports/personal-orders.js';

const PAGE = 100;

/** A person's orders. They and their invoices are kept by law, without telling whose they were. */
@Injectable()
export class OrderPersonalData extends PersonalData {
  readonly service = 'order-service';

  constructor(
    private readonly orders: PersonalOrders,
    private readonly clock: Clock,
  ) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    let after: string | undefined;
    do {
      const page = await this.orders.page(userId, after, PAGE);
      for (const record of page) yield { section: 'orders', record };
      const last = page.length === PAGE ? page.at(-1)?.['number'] : undefined;
      after = typeof last === 'string' ? last : undefined;
    } while (after !== undefined);
  }

  async erase(userId: string): Promise<Erasure> {
    await this.orders.remember(userId, this.clock.now());
    const { orders, underway } = await this.orders.pseudonymise(userId);
    return {
      erased: { names: orders },
      kept: [
        ...(orders > 0
          ? [
              {
                what: 'orders and invoices',
                count: orders,
                reason: 'The law wants them kept; they name nobody.',
              },
            ]
          : []),
        ...(underway > 0
          ? [
              {
                what: 'addresses of orders on their way',
                count: underway,
                reason: 'They are needed until the order has arrived, and are erased then.',
              },
            ]
          : []),
      ],
    };
  }
}
