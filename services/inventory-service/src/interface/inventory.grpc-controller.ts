import { Injectable } from '@nestjs/common';
import {
  type ChangeStockRequest,
  type ChangeStockResponse,
  type CommitReservationRequest,
  type GetStockRequest,
  type GetStockResponse,
  type InventoryServiceDefinition,
  type ReleaseReservationRequest,
  type ReleaseReservationResponse,
  type Reservation as ReservationMessage,
  ReservationStatus as ReservationStatusMessage,
  type ReserveRequest,
  type RestockRequest,
  type RestockResponse,
  type StockLevel as StockLevelMessage,
} from '@vici/proto-gen/inventory';
import { type GrpcHandlers, invalidField, parseId, requirePermission, requireRole } from '@vici/utils';
import { ChangeStock } from '../application/change-stock.use-case.js';
import { CommitReservation } from '../application/commit-reservation.use-case.js';
import { GetStock } from '../application/get-stock.use-case.js';
import { ReleaseReservation } from '../application/release-reservation.use-case.js';
import { ReserveStock } from '../application/reserve-stock.use-case.js';
import { Restock } from '../application/restock.use-case.js';
import type { Reservation, ReservationStatus } from '../domain/reservation.js';
import type { StockLevel } from '../domain/stock-item.js';
import {
  checkedChangeStock,
  checkedLines,
  checkedSku,
  checkedText,
  checkedTtl,
} from './inventory.requests.js';

const MAX_SKUS = 500;

/** The gRPC API of inventory-service. Levels are public; only the system and admins change stock. */
@Injectable()
export class InventoryGrpcController implements GrpcHandlers<typeof InventoryServiceDefinition> {
  constructor(
    private readonly levels: GetStock,
    private readonly change: ChangeStock,
    private readonly reservation: ReserveStock,
    private readonly commit: CommitReservation,
    private readonly release: ReleaseReservation,
    private readonly restocking: Restock,
  ) {}

  async getStock({ skus }: GetStockRequest): Promise<GetStockResponse> {
    if (skus.length > MAX_SKUS) throw invalidField('skus', `must hold at most ${MAX_SKUS} SKUs`);
    skus.forEach((sku, index) => {
      checkedSku(sku, `skus[${index}]`);
    });
    return { levels: skus.length === 0 ? [] : (await this.levels.execute(skus)).map(toLevelMessage) };
  }

  async changeStock(request: ChangeStockRequest): Promise<ChangeStockResponse> {
    requirePermission('stock:write');
    return { levels: (await this.change.execute(checkedChangeStock(request))).map(toLevelMessage) };
  }

  async reserve({ orderId, lines, ttlSeconds }: ReserveRequest): Promise<ReservationMessage> {
    requireRole('system', 'admin');
    return toReservationMessage(
      await this.reservation.execute({
        orderId: parseId<'Order'>(orderId, 'orderId'),
        lines: checkedLines(lines),
        ttlSeconds: checkedTtl(ttlSeconds),
      }),
    );
  }

  async commitReservation({ orderId }: CommitReservationRequest): Promise<ReservationMessage> {
    requireRole('system', 'admin');
    return toReservationMessage(await this.commit.execute(parseId<'Order'>(orderId, 'orderId')));
  }

  async releaseReservation({ orderId }: ReleaseReservationRequest): Promise<ReleaseReservationResponse> {
    requireRole('system', 'admin');
    await this.release.execute(parseId<'Order'>(orderId, 'orderId'));
    return {};
  }

  async restock({ orderId, lines, reference, reason }: RestockRequest): Promise<RestockResponse> {
    requireRole('system', 'admin');
    const levels = await this.restocking.execute({
      orderId: parseId<'Order'>(orderId, 'orderId'),
      lines: checkedLines(lines),
      reference: checkedText(reference, 'reference'),
      reason: checkedText(reason, 'reason'),
    });
    return { levels: levels.map(toLevelMessage) };
  }
}

const STATUS_MESSAGES: Readonly<Record<ReservationStatus, ReservationStatusMessage>> = {
  ACTIVE: ReservationStatusMessage.ACTIVE,
  COMMITTED: ReservationStatusMessage.COMMITTED,
  RELEASED: ReservationStatusMessage.RELEASED,
  EXPIRED: ReservationStatusMessage.EXPIRED,
};

/** A level as it is sent. */
export function toLevelMessage({ version, ...level }: StockLevel): StockLevelMessage {
  return { ...level, version: BigInt(version) };
}

/** One line a SKU: the warehouses are nobody else's business. */
function toReservationMessage({ id, orderId, status, expiresAt, lines }: Reservation): ReservationMessage {
  const bySku = new Map<string, ReservationMessage['lines'][number]>();
  for (const { sku, productId, variantId, quantity, backordered = 0 } of lines) {
    const before = bySku.get(sku);
    bySku.set(sku, {
      sku,
      productId,
      variantId,
      quantity: quantity + (before?.quantity ?? 0),
      backordered: backordered + (before?.backordered ?? 0),
    });
  }
  return { id, orderId, status: STATUS_MESSAGES[status], expiresAt, lines: [...bySku.values()] };
}
