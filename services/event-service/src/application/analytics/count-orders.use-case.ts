import { Injectable } from '@nestjs/common';
import { figuresOf, type OrderFact } from '../../domain/order-fact.js';
import { Names, type SalesChange, SalesFigures } from './figures.port.js';
import { type OrderEvent, OrderFacts } from './order-facts.js';

/** Brings the figures up to what has happened to orders. */
@Injectable()
export class CountOrders {
  constructor(
    private readonly sales: SalesFigures,
    private readonly names: Names,
  ) {}

  /** @param events of an order in order, each once. In the current transaction. */
  async execute(events: readonly OrderEvent[]): Promise<void> {
    const before = await this.sales.factsOf([...new Set(events.map(({ data }) => data.order.orderId))]);
    const after = new OrderFacts(before);
    for (const event of events) after.apply(event);
    const changed = after.confirmed.filter((fact) => fact !== before.get(fact.orderId));
    await this.sales.save(changed);
    await this.sales.add(changed.flatMap((fact) => difference(before.get(fact.orderId), fact)));
    await this.name(events);
  }

  private async name(events: readonly OrderEvent[]): Promise<void> {
    const items = events.flatMap(({ data }) => data.order.items);
    await this.names.ofProducts(new Map(items.map(({ productId, name }) => [productId, name])));
    await this.names.ofCategories(
      new Map(
        items.flatMap(({ categoryId, categoryName }) =>
          categoryId === undefined || categoryName === undefined ? [] : [[categoryId, categoryName] as const],
        ),
      ),
    );
  }
}

function difference(before: OrderFact | undefined, after: OrderFact): SalesChange[] {
  const { confirmedAt: at, currency } = after;
  return [
    ...(before === undefined ? [] : [{ at, currency, figures: figuresOf(before), sign: -1 as const }]),
    { at, currency, figures: figuresOf(after), sign: 1 },
  ];
}
