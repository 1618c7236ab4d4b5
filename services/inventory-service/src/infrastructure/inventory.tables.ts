import type { ColumnType, Generated } from 'kysely';
import type { ReservationStatus } from '../domain/reservation.js';
import type { MovementKind } from '../domain/stock-item.js';

type Timestamp = ColumnType<Date, Date | undefined, Date>;

interface WarehouseRow {
  id: string;
  code: string;
  name: string;
  created_at: Timestamp;
}

interface StockItemRow {
  sku: string;
  warehouse_id: string;
  product_id: string;
  variant_id: string | null;
  on_hand: Generated<number>;
  reserved: Generated<number>;
  version: Generated<bigint>;
  low_stock_threshold: Generated<number | null>;
  backorder_limit: Generated<number | null>;
  backordered: Generated<number>;
}

interface ProductStockRow {
  product_id: string;
  available: number;
}

interface StockMovementRow {
  id: Generated<bigint>;
  sku: string;
  warehouse_id: string;
  delta: number;
  kind: MovementKind;
  reason: string;
  reference: string | null;
  order_id: string | null;
  created_at: Timestamp;
}

interface StockChangeRow {
  reference: string;
  fingerprint: string;
  created_at: Timestamp;
}

interface ReservationRow {
  id: string;
  order_id: string;
  attempt: number;
  status: ReservationStatus;
  expires_at: Date;
  created_at: Timestamp;
  updated_at: Timestamp;
}

interface ReservationLineRow {
  reservation_id: string;
  sku: string;
  warehouse_id: string;
  quantity: number;
  backordered: Generated<number>;
}

/** The tables of inventory_db. */
export interface InventoryTables {
  warehouses: WarehouseRow;
  stock_items: StockItemRow;
  product_stock: ProductStockRow;
  stock_movements: StockMovementRow;
  stock_changes: StockChangeRow;
  reservations: ReservationRow;
  reservation_lines: ReservationLineRow;
}
