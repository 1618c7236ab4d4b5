import type { EventsTables } from '@vici/events';
import type { ColumnType, Generated } from 'kysely';

/** jsonb: read unchecked, written through `json()`. */
type Json = ColumnType<unknown, unknown, unknown>;

export interface OrdersTable {
  id: string;
  number: string;
  user_id: string;
  email: string;
  shopper_session_id: string | null;
  status: string;
  currency: string;
  subtotal: bigint;
  shipping: bigint;
  shipping_method: string;
  tax: bigint;
  tax_included: boolean;
  discount: bigint;
  total: bigint;
  coupon_code: string | null;
  shipping_address: Json;
  billing_address: Json;
  payment_method: string;
  payment_id: string;
  tracking: Json;
  refunded: bigint;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export interface OrderItemsTable {
  id: string;
  order_id: string;
  position: number;
  product_id: string;
  variant_id: string | null;
  sku: string;
  name: string;
  image: string;
  category_id: string | null;
  category_name: string | null;
  quantity: number;
  unit_price: bigint;
  total_price: bigint;
  discount: bigint;
  tax: bigint;
  reductions: Json;
  backordered: number;
}

export interface OrderHistoryTable {
  id: Generated<bigint>;
  order_id: string;
  status: string;
  note: string;
  updated_by: string;
  at: Date;
}

export interface OrderNumbersTable {
  year: number;
  last: number;
}

export interface CheckoutQuotesTable {
  user_id: string;
  address_id: string;
  coupon_code: string | null;
  shipping_method: string | null;
  updated_at: Generated<Date>;
}

export interface CheckoutIntentsTable {
  id: string;
  user_id: string;
  amount: bigint;
  currency: string;
  cart_id: string;
  cart_version: bigint;
  shipping_method: string;
  payment_key: string;
  request_key: string | null;
  unordered_due_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  unordered_attempts: Generated<number>;
  created_at: Generated<Date>;
}

export interface CheckoutSagasTable {
  id: string;
  order_id: string;
  payment_intent_id: string;
  user_id: string;
  place_key: string | null;
  state: string;
  step: string | null;
  done_steps: Generated<string[]>;
  attempt: Generated<number>;
  attempts: Generated<number>;
  next_run_at: Date | null;
  lease_owner: string | null;
  lease_until: Date | null;
  deadline_at: Date;
  context: Json;
  backordered: Generated<Json>;
  outcome: Json;
  cancel_request: Json;
  paid_at: Date | null;
  refund_id: string | null;
  last_error: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface RefundsTable {
  id: string;
  order_id: string;
  amount: bigint;
  currency: string;
  reason: string;
  requested_by: string;
  status: string;
  restock: Json;
  return_id: string | null;
  request_key: string | null;
  attempts: Generated<number>;
  last_error: string | null;
  next_run_at: Date | null;
  created_at: Date;
  settled_at: Date | null;
}

export interface ReturnsTable {
  id: string;
  order_id: string;
  order_number: string;
  user_id: string;
  status: string;
  reason: string;
  note: string;
  lines: Json;
  restock: Json;
  value: bigint;
  refunded: bigint | null;
  currency: string;
  request_key: string | null;
  created_at: Date;
  updated_at: Date;
}

export interface InvoicesTable {
  id: string;
  order_id: string;
  kind: string;
  year: number;
  sequence: number;
  total: bigint;
  currency: string;
  reason: string;
  issued_at: Date;
}

/** The tables of order_db. */
export interface ErasedUsersTable {
  user_id: string;
  erased_at: Date;
}

export interface OrderTables extends EventsTables {
  orders: OrdersTable;
  order_items: OrderItemsTable;
  order_history: OrderHistoryTable;
  order_numbers: OrderNumbersTable;
  refunds: RefundsTable;
  returns: ReturnsTable;
  invoices: InvoicesTable;
  checkout_quotes: CheckoutQuotesTable;
  checkout_intents: CheckoutIntentsTable;
  checkout_sagas: CheckoutSagasTable;
  erased_users: ErasedUsersTable;
}
