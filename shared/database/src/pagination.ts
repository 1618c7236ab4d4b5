import { DomainError, invalidFields } from '@vici/utils/domain';
import type { z } from 'zod';

/** Which page is asked for: `page` counts from 1, `limit` is the number of items on a page. */
export interface PageRequest {
  readonly page: number;
  readonly limit: number;
  /** `nextCursor` of the page before: the number of the page says nothing then. */
  readonly cursor?: string;
}

/** A page request as it stands in a message: zero means that it is not said. */
export interface PageMessage {
  readonly page: number;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of a list; `total` counts the items of the whole list. */
export interface Page<T> {
  readonly items: T[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  /** Finds the page after this one; absent on the last page, and where the list has no cursors. */
  readonly nextCursor?: string;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
/** Keeps the offset far inside PostgreSQL's bigint and JavaScript's safe integers. */
const MAX_PAGE = 1_000_000;

function isIntegerBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/**
 * A checked page request: page 1 and 20 items unless told otherwise.
 * @throws DomainError VALIDATION_FAILED naming `page` and/or `limit` when outside 1..1,000,000 and 1..100
 */
export function pageRequest(page = 1, limit = DEFAULT_LIMIT): PageRequest {
  const faults: { field: string; message: string }[] = [];
  if (!isIntegerBetween(page, 1, MAX_PAGE)) {
    faults.push({ field: 'page', message: `must be a whole number from 1 to ${MAX_PAGE}` });
  }
  if (!isIntegerBetween(limit, 1, MAX_LIMIT)) {
    faults.push({ field: 'limit', message: `must be a whole number from 1 to ${MAX_LIMIT}` });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return { page, limit };
}

/** `pageRequest` of a message. @throws DomainError VALIDATION_FAILED naming `page` and/or `limit` */
export function requestedPage(message: PageMessage | undefined): PageRequest {
  const request = pageRequest(message?.page || undefined, message?.limit || undefined);
  return message?.cursor ? { ...request, cursor: message.cursor } : request;
}

/** How many rows lie before the requested page: the OFFSET of its query. A cursor leaves none. */
export function offsetOf({ page, limit, cursor }: PageRequest): number {
  return cursor === undefined ? (page - 1) * limit : 0;
}

/** Puts the rows of one page, or of the whole list where none was asked for, and the count of the whole list (PostgreSQL counts in bigint) together. */
export function pageOf<T>(
  items: T[],
  request: PageRequest | undefined,
  total: number | bigint,
  nextCursor?: string,
): Page<T> {
  const { page, limit } = request ?? { page: 1, limit: items.length };
  return { items, page, limit, total: Number(total), ...(nextCursor !== undefined && { nextCursor }) };
}

/** Where a page stands in its list, as a message says it. */
export function pageInfoOf({ page, limit, total, nextCursor }: Omit<Page<unknown>, 'items'>) {
  return { page, limit, total: BigInt(total), totalIsEstimate: false, nextCursor };
}

/** An opaque, URL-safe cursor for a position in a list: the sort key of the last item seen, as JSON. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badCursor(cause);
  }
}

function badCursor(cause: unknown): DomainError {
  const fields = [{ field: 'cursor', message: 'is not a cursor this list gave out' }];
  return new DomainError('VALIDATION_FAILED', 'The cursor is not valid', { fields }, { cause });
}

/**
 * The position inside a cursor of `encodeCursor`, checked by `schema`: a cursor comes back from outside.
 * @throws DomainError VALIDATION_FAILED naming `cursor` when it cannot be read or does not fit
 */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parsedJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!result.success) throw badCursor(result.error);
  return result.data;
}
