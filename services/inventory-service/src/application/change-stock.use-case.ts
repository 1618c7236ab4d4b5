import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@vici/events';
import { currentCaller } from '@vici/utils';
import { deterministicId, notFound } from '@vici/utils/domain';
import { insufficientStock } from '../domain/reservation.js';
import { applyChanges, type StockChange, shortagesOfChanges } from '../domain/stock-change.js';
import type { StockLevel } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import { LapsedReservations } from './lapsed-reservations.js';
import { StockRepository } from './stock.repository.js';
import { StockTransaction } from './stock-transaction.js';

/** Changes of many SKUs under one reference. */
export interface ChangeStockCommand {
  readonly changes: readonly StockChange[];
  readonly reason: string;
  readonly reference: string;
}

/** Stock-takes, deliveries and corrections: all or nothing, each recorded in the ledger. */
@Injectable()
export class ChangeStock {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly stock: StockRepository,
    private readonly lapsed: LapsedReservations,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Idempotent by reference.
   * @returns the levels now, one for each SKU
   * @throws DomainError INSUFFICIENT_STOCK, NOT_FOUND for a warehouse, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED
   */
  async execute(command: ChangeStockCommand): Promise<StockLevel[]> {
    const { changes, reason, reference } = command;
    const skus = [...new Set(changes.map(({ sku }) => sku))];
    const fingerprint = deterministicId('change', JSON.stringify(changes));
    let isNew = false;
    await this.transaction.run({
      reason,
      prepare: async () => {
        isNew = await this.stock.claimReference(reference, fingerprint);
        if (!isNew) return [];
        await this.assertWarehouses(changes);
        await this.stock.addMissing(changes);
        return skus;
      },
      productIds: [...new Set(changes.map(({ productId }) => productId))],
      execute: async (sheet) => {
        if (!isNew) return;
        const short = await this.lapsed.reclaim(sheet, () => shortagesOfChanges(sheet, changes));
        if (short.length > 0) throw insufficientStock(short);
        applyChanges(sheet, changes, { reason, reference });
        await this.recordAct(sheet, reason);
      },
    });
    return await this.stock.levels(skus);
  }

  /** What a person did goes into the audit log; what the system does stands in the ledger. */
  private async recordAct(sheet: StockSheet, reason: string): Promise<void> {
    if (currentCaller().role === 'system') return;
    for (const { before, after } of sheet.changedLevels()) {
      await this.audit.record({
        action: 'stock.change',
        target: { type: 'sku', id: after.sku },
        before: { onHand: before.onHand, reserved: before.reserved },
        after: { productId: after.productId, onHand: after.onHand, reserved: after.reserved },
        note: reason,
      });
    }
  }

  private async assertWarehouses(changes: readonly StockChange[]): Promise<void> {
    const [unknown] = await this.stock.unknownWarehouses([
      ...new Set(changes.map(({ warehouseId }) => warehouseId)),
    ]);
    if (unknown !== undefined) throw notFound('warehouse', unknown);
  }
}
