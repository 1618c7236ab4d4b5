import type { PageInfo } from '@vici/proto-gen/common';
import { z } from 'zod';

/** An instant in ISO 8601, UTC. */
export const instant = z.iso.datetime();

/** An amount in major units. */
export const amount = z.number().describe('Major units, at most the decimals of the currency.');

/** Which part of a list a page is. */
export const pagination = z
  .object({
    page: z.int(),
    limit: z.int(),
    total: z.int(),
    totalPages: z.int(),
    totalIsEstimate: z.boolean().optional().describe('The list is too long to be counted.'),
    nextCursor: z.string().optional().describe('Missing on the last page, and where the list has none.'),
  })
  .meta({ id: 'Pagination' });

/** One page of a list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), pagination });
}

/** A list that is one array until a page of it is asked for. */
export function wholeOrPage<T extends z.ZodType>(item: T) {
  return z.union([z.array(item), listOf(item)]).describe('A page where page, limit or cursor is given.');
}

/** The page of a `wholeOrPage` list that is asked for; undefined for all of it. */
export function askedPage({ page, limit, cursor }: PageQuery) {
  const isAsked = page !== undefined || limit !== undefined || cursor !== undefined;
  return isAsked ? { page: page ?? 0, limit: limit ?? 0, cursor } : undefined;
}

/** What names a page in a query. */
interface PageQuery {
  readonly page?: number | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** The page of a list as REST shows it. */
export function toPage<T>(
  data: T[],
  info: PageInfo | undefined,
): { data: T[]; pagination: z.output<typeof pagination> } {
  const { page, limit, total } = info ?? { page: 1, limit: data.length, total: BigInt(data.length) };
  const count = Number(total);
  const totalPages = Math.ceil(count / Math.max(1, limit));
  return {
    data,
    pagination: {
      page,
      limit,
      total: count,
      totalPages,
      ...(info?.totalIsEstimate === true && { totalIsEstimate: true }),
      ...(info?.nextCursor !== undefined && { nextCursor: info.nextCursor }),
    },
  };
}

/**
 * An instant for JSON.
 * @throws Error when an upstream left the instant out, which its contract forbids
 */
export function toInstant(date: Date | undefined): string {
  if (date === undefined) {
    throw new Error('An instant is missing from an answer');
  }
  return date.toISOString();
}
