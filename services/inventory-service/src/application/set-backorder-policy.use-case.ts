import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@vici/events';
import { notFound } from '@vici/utils/domain';
import { InventorySettings } from './inventory.settings.js';
import type { StockEntry } from './stock-report.repository.js';
import { StockTransaction } from './stock-transaction.js';

/** Says whether a SKU may be ordered beyond what is on the shelf. */
@Injectable()
export class SetBackorderPolicy {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly audit: AuditTrail,
    private readonly settings: InventorySettings,
  ) {}

  /**
   * What is owed already stays owed, whatever the new limit.
   * @param limit units that may be backordered at any time; undefined: none
   * @throws DomainError NOT_FOUND for a SKU that was never stocked
   */
  async execute(sku: string, limit: number | undefined): Promise<StockEntry> {
    return await this.transaction.run({
      reason: 'backorders set',
      prepare: async () => [sku],
      execute: async (sheet) => {
        const before = sheet.level(sku);
        if (before === undefined) throw notFound('SKU', sku);
        sheet.allowBackorders(sku, limit);
        await this.audit.record({
          action: 'stock.backorders',
          target: { type: 'sku', id: sku },
          before: { backorderLimit: before.backorderLimit ?? 'none' },
          after: { backorderLimit: limit ?? 'none' },
        });
        const level = sheet.level(sku) ?? before;
        return { level, lowStockThreshold: sheet.lowStockThreshold(sku) ?? this.settings.lowStockThreshold };
      },
    });
  }
}
