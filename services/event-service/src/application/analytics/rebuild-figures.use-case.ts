import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Logger } from '@vici/utils';
import { CountBehaviour } from './count-behaviour.js';
import { FigureRebuild, OrderLog, type Recount, SalesFigures } from './figures.port.js';
import { OrderFacts } from './order-facts.js';

/**
 * Counts all figures anew: orders from the events the bus still has and, for older ones, from what is known of them;
 * behaviour from the archive. Events that arrive meanwhile wait, and are counted afterwards.
 */
@Injectable()
export class RebuildFigures {
  constructor(
    private readonly log: OrderLog,
    private readonly rebuild: FigureRebuild,
    private readonly sales: SalesFigures,
    private readonly behaviour: CountBehaviour,
    private readonly unitOfWork: UnitOfWork,
    private readonly logger: Logger,
  ) {}

  async execute(): Promise<Recount> {
    const orders = await this.unitOfWork.transaction(async () => {
      await this.rebuild.holdOrders();
      const facts = new OrderFacts();
      await this.log.readCounted((event) => facts.apply(event));
      await this.sales.replace(facts.confirmed);
      return await this.rebuild.recountSales();
    });
    const events = await this.unitOfWork.transaction(() =>
      this.rebuild.recountBehaviour((page) => this.behaviour.count(page)),
    );
    this.logger.info('All figures counted anew', { orders, events });
    return { orders, events };
  }
}
