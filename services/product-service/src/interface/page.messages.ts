import { type PageRequest, requestedPage } from '@vici/database';
import type { PageInfo, PageRequest as PageMessage } from '@vici/proto-gen/common';
import type { ProductPage } from '../application/product-catalogue.js';

/** @throws DomainError VALIDATION_FAILED */
export function pageOf(page: PageMessage | undefined): PageRequest {
  return requestedPage(page);
}

export function pageInfo(
  { page, limit }: PageRequest,
  { total, totalIsEstimate, nextCursor }: Pick<ProductPage, 'total' | 'totalIsEstimate' | 'nextCursor'>,
): PageInfo {
  return { page, limit, total: BigInt(total), totalIsEstimate, nextCursor };
}
