import { Injectable } from '@nestjs/common';
import { type DriftReport, StockReportRepository } from './stock-report.repository.js';

/** How many drifts one report holds, and one repair mends, at most. */
export const DRIFT_BATCH = 500;

/** Compares ledger, on-hand, open reservations and product totals, in one look at the database. */
@Injectable()
export class CheckDrift {
  constructor(private readonly report: StockReportRepository) {}

  async execute(): Promise<DriftReport> {
    return await this.report.drifts(DRIFT_BATCH);
  }
}
