import { Injectable } from '@nestjs/common';
import { parseId } from '@vici/utils';
import type { ImportFormat } from '../domain/product-import.js';
import {
  AdminCatalogue,
  type AdminProduct,
  type AdminProductFilter,
  type AdminProductSlice,
  type AdminProductSort,
} from './admin-catalogue.js';

/** As many as are read and written at once: some hundred kilobytes. */
const PRODUCTS_AT_ONCE = 250;

/** Writes products in the formats an import reads. */
export abstract class ProductFileWriter {
  /** What stands before the first product. */
  abstract header(format: ImportFormat): string;
  /** Whole lines. */
  abstract lines(format: ImportFormat, products: readonly AdminProduct[]): string;
}

/** Which products a file holds, and in which order. */
export interface ExportedProducts {
  readonly filter: AdminProductFilter;
  readonly sort: AdminProductSort | undefined;
}

/** A piece of a file of products. */
export interface ProductFilePiece {
  readonly text: string;
  /** Products in it. */
  readonly products: number;
  /** What the next piece follows; undefined behind the last one. */
  readonly nextAfter: string | undefined;
}

/**
 * Gives the catalogue as the file an import takes: imported again, it changes nothing. Unless it is to be sorted, it
 * stands in the order of the ids: as it was made, which is the order of the file it came from.
 */
@Injectable()
export class ExportProducts {
  constructor(
    private readonly catalogue: AdminCatalogue,
    private readonly writer: ProductFileWriter,
  ) {}

  /**
   * @param after `nextAfter` of the piece before; undefined gives the first one, with the header
   * @throws DomainError VALIDATION_FAILED for one that was not given out in this order
   */
  async execute(
    format: ImportFormat,
    { filter, sort }: ExportedProducts,
    after: string | undefined,
  ): Promise<ProductFilePiece> {
    const { products, nextCursor } =
      sort === undefined ? await this.asMade(filter, after) : await this.sorted(filter, sort, after);
    const header = after === undefined ? this.writer.header(format) : '';
    return {
      text: header + this.writer.lines(format, products),
      products: products.length,
      nextAfter: nextCursor,
    };
  }

  private async sorted(
    filter: AdminProductFilter,
    sort: AdminProductSort,
    cursor: string | undefined,
  ): Promise<AdminProductSlice> {
    const page = { page: 1, limit: PRODUCTS_AT_ONCE, ...(cursor !== undefined && { cursor }) };
    return await this.catalogue.slice(filter, sort, page);
  }

  private async asMade(filter: AdminProductFilter, after: string | undefined): Promise<AdminProductSlice> {
    const afterId = after === undefined ? undefined : parseId<'Product'>(after, 'afterId');
    const products = await this.catalogue.after(filter, afterId, PRODUCTS_AT_ONCE);
    return { products, nextCursor: products.length < PRODUCTS_AT_ONCE ? undefined : products.at(-1)?.id };
  }
}
