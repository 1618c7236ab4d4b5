import { invalidField } from '@vici/utils/domain';
import type { ProductSort } from './product-query.js';

/** A place in a list: after the product that has these sort values. */
export interface ListCursor {
  readonly sort: ProductSort;
  /** As the database writes them, the id last. */
  readonly values: readonly string[];
}

const MOST_VALUES = 3;
const LONGEST = 1000;

/** The place as clients hold it: it tells them nothing. */
export function writeCursor({ sort, values }: ListCursor): string {
  return Buffer.from(JSON.stringify([sort, ...values])).toString('base64url');
}

/**
 * The place a client sends back.
 * @throws DomainError VALIDATION_FAILED for one that was not given out, or for another order
 */
export function readCursor(text: string, sort: ProductSort): ListCursor {
  const [of, ...values] = partsOf(text);
  if (values.length === 0 || values.length > MOST_VALUES || of !== sort)
    throw invalidField('cursor', 'must be the nextCursor of a page in the same order');
  return { sort, values };
}

function partsOf(text: string): string[] {
  if (text.length > LONGEST) return [];
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
