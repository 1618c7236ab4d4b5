import { Inject, Injectable } from '@nestjs/common';
import { type ArrayElement, arrayOf, Database, sql } from '@vici/database';
import { type Basket, type BasketAddition, BasketRepository } from '../application/basket.repository.js';
import { LOG_LOCK, turnUnder } from './log-lock.js';
import type { RecommendationTables } from './recommendation.tables.js';

interface BasketIdRow {
  id: string;
}

interface LineRow {
  id: string;
  product_id: string;
}

/** Baskets in recommendation_db; each method sends one or two statements, however many baskets there are. */
@Injectable()
export class PostgresBasketRepository extends BasketRepository {
  constructor(@Inject(Database) private readonly database: Database<RecommendationTables>) {
    super();
  }

  async addUnknown(baskets: readonly Basket[]): Promise<BasketAddition[]> {
    const added = await this.#insertBaskets(baskets);
    return await this.#insertLines(baskets.filter(({ id }) => added.has(id)));
  }

  async addLines(baskets: readonly Basket[]): Promise<BasketAddition[]> {
    await this.#insertBaskets(baskets);
    return await this.#insertLines(baskets);
  }

  async #insertBaskets(baskets: readonly Basket[]): Promise<ReadonlySet<string>> {
    const { rows } = await sql<BasketIdRow>`
      with ${turnUnder(LOG_LOCK.behaviour)}
      insert into baskets (id, bought_at, customer)
      select id, bought_at, customer from turn, unnest(
        ${baskets.map(({ id }) => id)}::text[],
        ${baskets.map(({ boughtAt }) => boughtAt.toISOString())}::timestamptz[],
        ${baskets.map(({ customer }) => customer ?? null)}::text[]
      ) as given (id, bought_at, customer)
      on conflict (id) do nothing
      returning id`.execute(this.database.query);
    return new Set(rows.map(({ id }) => id));
  }

  async #insertLines(baskets: readonly Basket[]): Promise<BasketAddition[]> {
    const lines = baskets.flatMap(({ id, lines: own }) => own.map((line) => ({ id, ...line })));
    if (lines.length === 0) return [];
    const each = (pick: (line: (typeof lines)[number]) => string | number, element: ArrayElement) =>
      arrayOf(lines.map(pick), element);
    const { rows } = await sql<LineRow>`
      with given as (
        select id, product_id, sum(quantity) as quantity from unnest(
          ${each(({ id }) => id, 'text')},
          ${each(({ productId }) => productId, 'uuid')},
          ${each(({ quantity }) => quantity, 'int')}
        ) as given (id, product_id, quantity)
        group by id, product_id
      ), added as (
        insert into basket_lines (basket, product_id, quantity)
        select b.position, given.product_id, given.quantity from given join baskets b on b.id = given.id
        on conflict (basket, product_id) do nothing
        returning basket, product_id
      )
      select b.id, added.product_id from added join baskets b on b.position = added.basket
      order by b.position, added.product_id`.execute(this.database.query);
    const byBasket = Map.groupBy(rows, ({ id }) => id);
    return [...byBasket].map(([basketId, own]) => ({
      basketId,
      productIds: own.map(({ product_id }) => product_id),
    }));
  }
}
