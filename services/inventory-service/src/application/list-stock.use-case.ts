import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '@vici/database';
import { type StockEntry, type StockFilter, StockReportRepository } from './stock-report.repository.js';

/** Levels of every SKU ever stocked, page by page. */
@Injectable()
export class ListStock {
  constructor(private readonly report: StockReportRepository) {}

  async execute(filter: StockFilter, page: PageRequest): Promise<Page<StockEntry>> {
    return await this.report.list(filter, page);
  }
}
