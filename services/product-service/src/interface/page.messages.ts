import { type PageRequest, pageRequest } from '@vici/database';
import type { PageInfo, PageRequest as PageMessage } from '@vici/proto-gen/common';
import type { ProductPage } from '../application/product-catalogue.js';

/** @throws DomainError VALIDATION_FAILED */
export function pageOf(page: PageMessage | undefined): PageRequest {
  return pageRequest(page?.page || undefined, page?.limit || undefined);
}

export function pageInfo(
  { page, limit }: PageRequest,
  { total, totalIsEstimate }: Pick<ProductPage, 'total' | 'totalIsEstimate'>,
): PageInfo {
  return { page, limit, total: BigInt(total), totalIsEstimate };
}
