import { Injectable } from '@nestjs/common';
import type { StockLevel } from '../domain/stock-item.js';
import { StockRepository } from './stock.repository.js';

/** Levels of SKUs, in the order asked for; a SKU never stocked has zeros. */
@Injectable()
export class GetStock {
  constructor(private readonly stock: StockRepository) {}

  async execute(skus: readonly string[]): Promise<StockLevel[]> {
    const levels = await this.stock.levels([...new Set(skus)]);
    const bySku = new Map(levels.map((level) => [level.sku, level]));
    return skus.map((sku) => bySku.get(sku) ?? neverStocked(sku));
  }
}

function neverStocked(sku: string): StockLevel {
  return {
    sku,
    productId: '',
    variantId: undefined,
    onHand: 0,
    reserved: 0,
    available: 0,
    orderable: 0,
    version: 0,
  };
}
