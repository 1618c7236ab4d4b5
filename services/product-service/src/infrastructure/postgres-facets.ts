import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { CONFIG } from '@vici/utils';
import type { FacetCount } from '../application/product-catalogue.js';
import type { ProductConfig } from '../product.config.js';
import { countFacets } from './facet-counts.js';
import {
  attributeFacets,
  availabilityFacet,
  bandLimits,
  type CountedValue,
  inOrder,
  priceFacet,
  ratingFacet,
  valueFacet,
} from './facet-labels.js';
import type { ProductTables } from './product.tables.js';

/** A row of facet_values. */
interface FacetValue {
  readonly facet: 'category' | 'tag' | 'attribute';
  readonly value: string;
}

const MAX_CATEGORIES = 30;
const MAX_TAGS = 10;
/** Values kept in memory, at about 100 bytes each. */
const MOST_KEPT = 200_000;

/** Counts and names what searches have in common. An entry of facet_values never changes, so it is read once. */
@Injectable()
export class PostgresFacets {
  readonly #known = new Map<number, FacetValue>();
  readonly #currency: string;
  readonly #limits: readonly number[];

  constructor(
    @Inject(Database) private readonly database: Database<ProductTables>,
    @Inject(CONFIG) config: Pick<ProductConfig, 'SHOP_CURRENCY'>,
  ) {
    this.#currency = config.SHOP_CURRENCY;
    this.#limits = bandLimits(config.SHOP_CURRENCY);
  }

  /** The facets of what `foundPage` hands out, in the order to show them; prices are taken to be in the shop's currency. */
  async read(labels: Buffer): Promise<FacetCount[]> {
    const counts = countFacets(labels, this.#limits);
    const of = Map.groupBy(await this.named(counts.labels), ({ facet }) => facet);
    return [
      ...(await this.categories(of.get('category') ?? [])),
      ...priceFacet(counts, this.#currency),
      ...ratingFacet(counts),
      ...valueFacet('tag', of.get('tag') ?? [], MAX_TAGS),
      ...availabilityFacet(counts),
      ...attributeFacets(of.get('attribute') ?? []),
    ];
  }

  private async named(counts: ReadonlyMap<number, number>): Promise<(FacetValue & CountedValue)[]> {
    const named: (FacetValue & CountedValue)[] = [];
    const unknown: number[] = [];
    for (const [id, count] of counts) {
      const known = this.#known.get(id);
      if (known === undefined) unknown.push(id);
      else named.push({ ...known, count });
    }
    if (unknown.length === 0) return named;
    const learned = await this.learn(unknown);
    return [...named, ...learned.map(({ id, ...value }) => ({ ...value, count: counts.get(id) ?? 0 }))];
  }

  private async learn(ids: readonly number[]): Promise<readonly (FacetValue & { id: number })[]> {
    const { rows } = await sql<FacetValue & { id: number }>`
      select id, facet, value from facet_values where id = any(${[...ids]}::int[])`.execute(
      this.database.query,
    );
    if (this.#known.size + rows.length > MOST_KEPT) this.#known.clear();
    for (const { id, facet, value } of rows) this.#known.set(id, { facet, value });
    return rows;
  }

  /** Categories are renamed, so their names are read each time. */
  private async categories(values: readonly CountedValue[]): Promise<FacetCount[]> {
    if (values.length === 0) return [];
    const counts = new Map(values.map(({ value, count }) => [value, count]));
    const { rows } = await sql<{ id: string; slug: string; name: string }>`
      select id, slug, name from categories where id = any(${[...counts.keys()]}::uuid[])`.execute(
      this.database.query,
    );
    return rows
      .map(({ id, slug, name }) => ({
        facet: 'category' as const,
        value: slug,
        label: name,
        count: counts.get(id) ?? 0,
      }))
      .toSorted((left, right) => right.count - left.count || inOrder(left.label, right.label))
      .slice(0, MAX_CATEGORIES);
  }
}
