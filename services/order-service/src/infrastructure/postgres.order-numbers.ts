import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { OrderNumbers } from '../application/ports/order.repository.js';
import { formatOrderNumber } from '../domain/order-number.js';
import type { OrderTables } from './order.tables.js';

/** Numbers drawn at once: one row of contention in so many orders, at the price of gaps when a process ends. */
const BLOCK = 10;

interface Block {
  readonly year: number;
  next: number;
  readonly last: number;
}

/** Order numbers from a counter per year, a block at a time. */
@Injectable()
export class PostgresOrderNumbers extends OrderNumbers {
  private block: Block | undefined;
  private drawing: Promise<void> | undefined;

  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  async next(at: Date): Promise<string> {
    const year = at.getUTCFullYear();
    for (;;) {
      const { block } = this;
      if (block !== undefined && block.year === year && block.next <= block.last) {
        const sequence = block.next;
        block.next += 1;
        return formatOrderNumber(year, sequence);
      }
      this.drawing ??= this.draw(year).finally(() => {
        this.drawing = undefined;
      });
      await this.drawing;
    }
  }

  private async draw(year: number): Promise<void> {
    const drawn = await this.database.outsideTransaction(() =>
      sql<{ last: number }>`
        INSERT INTO order_numbers (year, last) VALUES (${year}, ${BLOCK})
        ON CONFLICT (year) DO UPDATE SET last = order_numbers.last + ${BLOCK}
        RETURNING last`.execute(this.database.query),
    );
    const last = drawn.rows[0]?.last;
    if (last === undefined) {
      throw new Error('No order numbers were drawn');
    }
    this.block = { year, next: last - BLOCK + 1, last };
  }
}
