import { DomainError } from '@vici/utils/domain';
import type { RawBuilder, SelectQueryBuilder } from 'kysely';
import { z } from 'zod';
import { decodeCursor, encodeCursor, offsetOf, type PageRequest } from './pagination.js';
import { sql } from './sql.js';

/** How PostgreSQL writes a value of each type as text. */
const WRITTEN = {
  uuid: z.uuid(),
  timestamptz: z.string().regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}$/),
  bigint: z.string().regex(/^-?\d{1,18}$/),
  text: z.string().refine((value) => !value.includes('\u0000')),
} as const;

/** A column that a list is sorted by; it is never null. */
export interface SortKey {
  /** As it is called in the query, with the table's alias where it needs one. */
  readonly column: string;
  readonly type: keyof typeof WRITTEN;
  /** Upwards unless told otherwise. */
  readonly direction?: 'asc' | 'desc';
}

/** A row of a list with its place in it, by which the next page is found. */
export interface Placed {
  /** The values it is sorted by, as text: a Date would lose the microseconds. */
  readonly list_place: readonly string[];
}

const written = z.object({ by: z.string(), at: z.array(z.string()) });

/**
 * The order of a list that can be walked by cursor: what is added or removed meanwhile before the place that was reached
 * moves nothing, so that no row that stays where it is comes twice or not at all. The last key tells rows apart.
 */
export class ListOrder {
  constructor(private readonly keys: readonly SortKey[]) {}

  /** By a time and, where that is the same, by an id; newest first unless `oldestFirst`. */
  static byTime(time: string, id: string, oldestFirst = false): ListOrder {
    const direction = oldestFirst ? 'asc' : 'desc';
    return new ListOrder([
      { column: time, type: 'timestamptz', direction },
      { column: id, type: 'uuid', direction },
    ]);
  }

  /** What ORDER BY takes. */
  get by(): RawBuilder<unknown> {
    return sql.join(this.keys.map((key) => sql`${sql.ref(key.column)} ${sql.raw(directionOf(key))}`));
  }

  /** The column `list_place` of `Placed`. */
  get place(): RawBuilder<readonly string[]> {
    const values = this.keys.map(({ column }) => sql`${sql.ref(column)}::text`);
    return sql<readonly string[]>`array[${sql.join(values)}]`;
  }

  /**
   * True for what stands after the page's cursor; for everything where there is none, or no page is asked for.
   * @throws DomainError VALIDATION_FAILED naming `cursor` for one that this list did not give out in this order
   */
  after(page: PageRequest | undefined): RawBuilder<boolean> {
    const cursor = page?.cursor;
    if (cursor === undefined) return sql<boolean>`true`;
    const reached = this.valuesOf(cursor).map((value, index) => ({ ...this.keyAt(index), value }));
    const isBeyond = (key: SortKey & { value: string }) =>
      sql`${sql.ref(key.column)} ${sql.raw(directionOf(key) === 'asc' ? '>' : '<')} ${literalOf(key)}`;
    const alternatives = reached.map((key, index) => {
      const same = reached
        .slice(0, index)
        .map((before) => sql`${sql.ref(before.column)} = ${literalOf(before)}`);
      return sql`(${sql.join([...same, isBeyond(key)], sql` and `)})`;
    });
    return sql<boolean>`${this.fromFirst(reached)} and (${sql.join(alternatives, sql` or `)})`;
  }

  /** ORDER BY and what keeps to the page: the end of a statement. */
  within(page: PageRequest | undefined): RawBuilder<unknown> {
    const bounds = page === undefined ? sql`` : sql`limit ${page.limit} offset ${offsetOf(page)}`;
    return sql`order by ${this.by} ${bounds}`;
  }

  /** `query` as the page that is asked for, or as a whole, each row with its place. */
  pageOf<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>, page: PageRequest | undefined) {
    const sorted = query.select(this.place.as('list_place')).where(this.after(page)).orderBy(this.by);
    return page === undefined ? sorted : sorted.limit(page.limit).offset(offsetOf(page));
  }

  /** What the page after these rows is asked for with; undefined when they are the last. */
  nextCursor(rows: readonly Placed[], page: PageRequest | undefined): string | undefined {
    const last = rows.at(-1);
    if (last === undefined || page === undefined || rows.length < page.limit) return undefined;
    return encodeCursor({ by: this.name, at: last.list_place });
  }

  private get name(): string {
    return this.keys.map((key) => `${key.column} ${directionOf(key)}`).join();
  }

  private keyAt(index: number): SortKey {
    const key = this.keys[index];
    if (key === undefined) throw new Error('The order has fewer keys');
    return key;
  }

  private valuesOf(cursor: string): readonly string[] {
    const { by, at } = decodeCursor(cursor, written);
    const isWhole = by === this.name && at.length === this.keys.length;
    if (isWhole && this.keys.every(({ type }, index) => WRITTEN[type].safeParse(at[index]).success))
      return at;
    const fields = [{ field: 'cursor', message: 'is not a cursor this list gave out in this order' }];
    throw new DomainError('VALIDATION_FAILED', 'The cursor is not valid', { fields });
  }

  /** Says the same as the first key alone can say of it: where the index is read from. */
  private fromFirst([first]: readonly (SortKey & { readonly value: string })[]): RawBuilder<boolean> {
    if (first === undefined) return sql<boolean>`true`;
    const follows = sql.raw(directionOf(first) === 'asc' ? '>=' : '<=');
    return sql<boolean>`${sql.ref(first.column)} ${follows} ${literalOf(first)}`;
  }
}

function directionOf({ direction = 'asc' }: SortKey): 'asc' | 'desc' {
  return direction;
}

function literalOf({ value, type }: SortKey & { readonly value: string }): RawBuilder<unknown> {
  return sql`${value}::text::${sql.raw(type)}`;
}
