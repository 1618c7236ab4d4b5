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
