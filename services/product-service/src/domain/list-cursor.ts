import { invalidField } from '@vici/utils/domain';
import type { ProductSort } from './product-query.js';

/** How long a list was when it was counted. */
export interface ListCount {
  readonly total: number;
  readonly totalIsEstimate: boolean;
  /** Stands for what was counted: the same for the same products in any order. */
  readonly of: string;
  /** In epoch milliseconds. */
  readonly at: number;
}

/** A place in a list: after the product that has these sort values. */
export interface ListCursor {
  readonly sort: ProductSort;
  /** As the database writes them, the id last. */
  readonly values: readonly string[];
  /** Spares the next page the counting. */
  readonly count?: ListCount | undefined;
}

const MOST_VALUES = 3;
/** A name of 300 letters of three bytes each fits, with a count. */
const LONGEST = 1500;

/** The place as clients hold it: it tells them nothing. */
export function writeCursor({ sort, values, count }: ListCursor): string {
  return Buffer.from(JSON.stringify([sort, ...values, ...(count === undefined ? [] : [count])])).toString(
    'base64url',
  );
}

/**
 * The place a client sends back.
 * @throws DomainError VALIDATION_FAILED for one that was not given out, or for another order
 */
export function readCursor(text: string, sort: ProductSort): ListCursor {
  const parts = partsOf(text);
  const count = countOf(parts.at(-1));
  const [of, ...values] = count === undefined ? parts : parts.slice(0, -1);
  if (values.length === 0 || values.length > MOST_VALUES || of !== sort || !values.every(isText))
    throw invalidField('cursor', 'must be the nextCursor of a page in the same order');
  return { sort, values, count };
}

function partsOf(text: string): unknown[] {
  if (text.length > LONGEST) return [];
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Undefined for what is no count; a cursor may come without one. */
function countOf(part: unknown): ListCount | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  if (!('total' in part && 'totalIsEstimate' in part && 'of' in part && 'at' in part)) return undefined;
  const { total, totalIsEstimate, of, at } = part;
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) return undefined;
  return typeof totalIsEstimate === 'boolean' && isText(of) && typeof at === 'number'
    ? { total, totalIsEstimate, of, at }
    : undefined;
}
