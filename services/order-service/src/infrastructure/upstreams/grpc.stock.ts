import { Injectable } from '@nestjs/common';
import { InventoryServiceDefinition, ReservationStatus } from '@vici/proto-gen/inventory';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { DomainError } from '@vici/utils/domain';
import { Stock, type StockLine, type UnitsBySku } from '../../application/ports/stock.port.js';

const CALL = { timeoutMs: 3_000 };

/** The inventory service over gRPC. */
@Injectable()
export class GrpcStock extends Stock {
  constructor(
    @InjectGrpc(InventoryServiceDefinition)
    private readonly inventory: GrpcClient<typeof InventoryServiceDefinition>,
  ) {
    super();
  }

  async reserve(orderId: string, lines: readonly StockLine[], ttlSeconds: number): Promise<UnitsBySku> {
    const request = { orderId, lines: [...lines], ttlSeconds };
    const { status, lines: reserved } = await this.inventory.reserve(request, CALL);
    // Money moves on the strength of this answer: a reservation that is over is none.
    if (status !== ReservationStatus.ACTIVE && status !== ReservationStatus.COMMITTED) {
      throw new DomainError('RESERVATION_EXPIRED', 'The units could not be reserved again.');
    }
    // Inventory answers one line a SKU.
    return new Map(reserved.map(({ sku, backordered }) => [sku, backordered]));
  }

  async commit(orderId: string): Promise<void> {
    await this.inventory.commitReservation({ orderId }, CALL);
  }

  async release(orderId: string, reason: string): Promise<void> {
    await this.inventory.releaseReservation({ orderId, reason }, CALL);
  }

  async restock(
    orderId: string,
    lines: readonly StockLine[],
    reference: string,
    reason: string,
  ): Promise<void> {
    await this.inventory.restock({ orderId, lines: [...lines], reference, reason }, CALL);
  }
}
