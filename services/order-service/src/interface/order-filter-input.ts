import { decodeCursor, encodeCursor } from '@vici/database';
import type { OrderFilter as FilterMessage } from '@vici/proto-gen/order';
import { invalidField, parseId } from '@vici/utils/domain';
import { z } from 'zod';
import type { OrderFilter, OrderPosition } from '../application/ports/order-search.port.js';
import type { OrderStatus } from '../domain/order-status.js';
import { toStatus } from './order.mapper.js';

const MAX_SEARCH_LENGTH = 200;
const MAX_SLICE = 500;
const COUNTRY_PATTERN = /^[A-Z]{2}$/;

/** What staff narrow the list by. @throws DomainError VALIDATION_FAILED naming the field */
export function toOrderFilter(message: FilterMessage | undefined): OrderFilter {
  if (message === undefined) {
    return {};
  }
  const { userId, productId, placedFrom, placedTo } = message;
  const [search, country] = [toSearch(message.search), toCountry(message.country)];
  if (placedFrom !== undefined && placedTo !== undefined && placedTo < placedFrom) {
    throw invalidField('placedTo', 'must not lie before placedFrom');
  }
  return {
    ...(search === undefined ? {} : { search }),
    ...(message.statuses.length === 0 ? {} : { statuses: message.statuses.map(requireStatus) }),
    ...(userId === undefined ? {} : { userId: parseId(userId, 'userId') }),
    ...(productId === undefined ? {} : { productId: parseId(productId, 'productId') }),
    ...(placedFrom === undefined ? {} : { placedFrom }),
    ...(placedTo === undefined ? {} : { placedTo }),
    ...(country === undefined ? {} : { country }),
  };
}

/** How many orders a slice holds. @throws DomainError VALIDATION_FAILED naming `limit` */
export function toSliceLimit(limit: number): number {
  if (limit < 0 || limit > MAX_SLICE) {
    throw invalidField('limit', `must be at most ${MAX_SLICE}`);
  }
  return limit === 0 ? MAX_SLICE : limit;
}

const positionSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where a slice begins. @throws DomainError VALIDATION_FAILED naming `cursor` */
export function toPosition(cursor: string): OrderPosition | undefined {
  if (cursor === '') {
    return undefined;
  }
  const [placedAt, id] = decodeCursor(cursor, positionSchema);
  return { placedAt: new Date(placedAt), id };
}

export function toCursor(position: OrderPosition | undefined): string {
  return position === undefined ? '' : encodeCursor([position.placedAt.toISOString(), position.id]);
}

function requireStatus(status: FilterMessage['statuses'][number]): OrderStatus {
  const known = toStatus(status);
  if (known === undefined) {
    throw invalidField('statuses', 'must hold statuses of orders');
  }
  return known;
}

function toSearch(text: string | undefined): string | undefined {
  const search = text?.trim() ?? '';
  if (search.length > MAX_SEARCH_LENGTH) {
    throw invalidField('search', `must have at most ${MAX_SEARCH_LENGTH} characters`);
  }
  return search === '' ? undefined : search;
}

function toCountry(text: string | undefined): string | undefined {
  const country = text?.trim().toUpperCase();
  if (country !== undefined && !COUNTRY_PATTERN.test(country)) {
    throw invalidField('country', 'must be an ISO 3166-1 code such as US');
  }
  return country;
}
