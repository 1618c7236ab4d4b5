import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import type {
  DriftReport as DriftReportMessage,
  ListStockRequest,
  ListStockResponse,
  RepairDriftRequest,
  SetBackorderPolicyRequest,
  SetStockPolicyRequest,
  StockAdminServiceDefinition,
  StockEntry as StockEntryMessage,
} from '@vici/proto-gen/inventory';
import { type GrpcHandlers, invalidField, requirePermission } from '@vici/utils';
import { CheckDrift } from '../application/check-drift.use-case.js';
import { ListStock } from '../application/list-stock.use-case.js';
import { RepairDrift } from '../application/repair-drift.use-case.js';
import { SetBackorderPolicy } from '../application/set-backorder-policy.use-case.js';
import { SetLowStockThreshold } from '../application/set-low-stock-threshold.use-case.js';
import type { StockEntry } from '../application/stock-report.repository.js';
import { MAX_UNITS } from '../domain/stock-change.js';
import { toLevelMessage } from './inventory.grpc-controller.js';
import { checkedSku, checkedText } from './inventory.requests.js';

/** A SKU without a limit of its own; far more than anybody waits for. */
const MAX_BACKORDERED = 1_000_000;

/** The gRPC API of the stock administration. */
@Injectable()
export class StockAdminGrpcController implements GrpcHandlers<typeof StockAdminServiceDefinition> {
  constructor(
    private readonly stock: ListStock,
    private readonly check: CheckDrift,
    private readonly repair: RepairDrift,
    private readonly threshold: SetLowStockThreshold,
    private readonly backorders: SetBackorderPolicy,
  ) {}

  async listStock(wanted: ListStockRequest): Promise<ListStockResponse> {
    requirePermission('stock:read');
    const { low, depleted, search, page, fewestFirst } = wanted;
    const filter = {
      ...(low !== undefined && { low }),
      ...(depleted !== undefined && { depleted }),
      ...(search !== undefined && { search: checkedSku(search, 'search') }),
      fewestFirst,
    };
    const found = await this.stock.execute(filter, requestedPage(page));
    return { entries: found.items.map(toEntryMessage), page: pageInfoOf(found) };
  }

  async checkDrift(): Promise<DriftReportMessage> {
    requirePermission('stock:read');
    const { drifts, found } = await this.check.execute();
    return { drifts: [...drifts], found, repaired: 0 };
  }

  async repairDrift({ reason }: RepairDriftRequest): Promise<DriftReportMessage> {
    requirePermission('stock:write');
    const { drifts, found, repaired } = await this.repair.execute(checkedText(reason, 'reason'));
    return { drifts: [...drifts], found, repaired };
  }

  async setStockPolicy({ sku, lowStockThreshold }: SetStockPolicyRequest): Promise<StockEntryMessage> {
    requirePermission('stock:write');
    if (lowStockThreshold !== undefined && (lowStockThreshold < 0 || lowStockThreshold > MAX_UNITS)) {
      throw invalidField('lowStockThreshold', `must be from 0 to ${MAX_UNITS}`);
    }
    return toEntryMessage(await this.threshold.execute(checkedSku(sku, 'sku'), lowStockThreshold));
  }

  async setBackorderPolicy(request: SetBackorderPolicyRequest): Promise<StockEntryMessage> {
    requirePermission('stock:write');
    const { sku, allowed, limit = MAX_BACKORDERED } = request;
    if (limit < 1 || limit > MAX_BACKORDERED) {
      throw invalidField('limit', `must be from 1 to ${MAX_BACKORDERED}`);
    }
    return toEntryMessage(await this.backorders.execute(checkedSku(sku, 'sku'), allowed ? limit : undefined));
  }
}

function toEntryMessage({ level, lowStockThreshold }: StockEntry): StockEntryMessage {
  return { level: toLevelMessage(level), lowStockThreshold };
}
