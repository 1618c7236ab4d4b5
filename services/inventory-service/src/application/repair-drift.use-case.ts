import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@vici/events';
import { newId } from '@vici/utils/domain';
import { reservedAfterRepair, type StockDrift } from '../domain/stock-drift.js';
import type { StockSheet } from '../domain/stock-sheet.js';
import { DRIFT_BATCH } from './check-drift.use-case.js';
import { StockRepository } from './stock.repository.js';
import { type DriftReport, StockReportRepository } from './stock-report.repository.js';
import { StockTransaction } from './stock-transaction.js';

/** What was found, and how many of the rows agree now. */
export interface RepairReport extends DriftReport {
  readonly repaired: number;
}

/**
 * Makes figures that differ agree. Units on the shelf are believed: the ledger gets a movement of the difference, the
 * reserved units become those of the open reservations, and the totals of the products are added up anew.
 */
@Injectable()
export class RepairDrift {
  constructor(
    private readonly transaction: StockTransaction,
    private readonly stock: StockRepository,
    private readonly report: StockReportRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** @param reason why, in the words of who asks for it; it stands in the ledger and in the audit log */
  async execute(reason: string): Promise<RepairReport> {
    let found = 0;
    return await this.transaction.run({
      reason,
      prepare: async () => {
        const suspected = await this.report.drifts(DRIFT_BATCH);
        found = suspected.found;
        // The total of a product adds up only while none of its SKUs can change.
        return await this.report.skusOf([...new Set(suspected.drifts.map(({ productId }) => productId))]);
      },
      execute: async (sheet) => {
        // Looked at again: what was busy a moment ago may have agreed all along.
        const { drifts } = await this.report.drifts(DRIFT_BATCH, sheet.skus());
        if (drifts.length === 0) return { drifts, found, repaired: 0 };
        sheet.recount(await this.stock.addUpProducts(sheet.productIds()));
        const reference = `repair:${newId()}`;
        for (const drift of drifts) await this.repair(sheet, drift, { reason, reference });
        const repaired = drifts.filter((drift) => reservedAfterRepair(drift).reserved === drift.held).length;
        return { drifts, found, repaired };
      },
    });
  }

  private async repair(
    sheet: StockSheet,
    drift: StockDrift,
    { reason, reference }: { reason: string; reference: string },
  ): Promise<void> {
    const { sku, warehouseId, onHand, ledger, reserved, productAvailable, productSum } = drift;
    const right = reservedAfterRepair(drift);
    const note = { kind: 'REPAIR' as const, reason, reference, orderId: undefined };
    sheet.reconcile(drift, { ...right, unrecorded: onHand - ledger }, note);
    await this.audit.record({
      action: 'stock.repair',
      target: { type: 'sku', id: sku },
      before: { warehouseId, onHand, ledger, reserved, productAvailable },
      after: { warehouseId, onHand, ledger: onHand, reserved: right.reserved, productSum },
      note: reason,
    });
  }
}
