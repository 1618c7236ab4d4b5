import { Injectable } from '@nestjs/common';
import type { ImportFormat } from '../domain/product-import.js';
import { AdminCatalogue, type AdminProductFilter } from './admin-catalogue.js';

/** As many as are read and written at once: some hundred kilobytes. */
const PRODUCTS_AT_ONCE = 250;

/** Writes products in the formats an import reads. */
export abstract class ProductFileWriter {
  /** What stands before the first product. */
  abstract header(format: ImportFormat): string;
  /** Whole lines. */
  abstract lines(format: ImportFormat, products: Awaited<ReturnType<AdminCatalogue['after']>>): string;
}

/** A piece of a file of products. */
export interface ProductFilePiece {
  readonly text: string;
  /** Products in it. */
  readonly products: number;
  /** What the next piece follows; undefined behind the last one. */
  readonly nextAfterId: string | undefined;
}

/** Gives the catalogue as the file an import takes: imported again, it changes nothing. */
@Injectable()
export class ExportProducts {
  constructor(
    private readonly catalogue: AdminCatalogue,
    private readonly writer: ProductFileWriter,
  ) {}

  /** @param afterId of the piece before; undefined gives the first one, with the header */
  async execute(
    format: ImportFormat,
    filter: AdminProductFilter,
    afterId: string | undefined,
  ): Promise<ProductFilePiece> {
    const products = await this.catalogue.after(filter, afterId, PRODUCTS_AT_ONCE);
    const header = afterId === undefined ? this.writer.header(format) : '';
    return {
      text: header + this.writer.lines(format, products),
      products: products.length,
      nextAfterId: products.length < PRODUCTS_AT_ONCE ? undefined : products.at(-1)?.id,
    };
  }
}
