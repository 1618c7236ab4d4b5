import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@vici/events';
import { notFound } from '@vici/utils/domain';
import { InventorySettings } from './inventory.settings.js';
import { StockRepository } from './stock.repository.js';
import type { StockEntry } from './stock-report.repository.js';
import { StockTransaction } from './stock-transaction.js';

/** Says at how many available units a SKU is low. */
@Injectable()
export class SetLowStockThreshold {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly stock: StockRepository,
    private readonly audit: AuditTrail,
    private readonly settings: InventorySettings,
  ) {}

  /**
   * @param threshold undefined: the shop's
   * @throws DomainError NOT_FOUND for a SKU that was never stocked
   */
  async execute(sku: string, threshold: number | undefined): Promise<StockEntry> {
    await this.transaction.run({
      reason: 'threshold set',
      prepare: async () => [sku],
      execute: async (sheet) => {
        if (sheet.level(sku) === undefined) throw notFound('SKU', sku);
        const before = sheet.lowStockThreshold(sku);
        await this.stock.setLowStockThreshold(sku, threshold);
        await this.audit.record({
          action: 'stock.threshold',
          target: { type: 'sku', id: sku },
          before: { lowStockThreshold: before ?? 'default' },
          after: { lowStockThreshold: threshold ?? 'default' },
        });
      },
    });
    const [level] = await this.stock.levels([sku]);
    if (level === undefined) throw notFound('SKU', sku);
    return { level, lowStockThreshold: threshold ?? this.settings.lowStockThreshold };
  }
}
