import type { ColumnType, Generated } from 'kysely';

/** The tables of cart_db. */
export interface CartTables {
  carts: {
    owner: string;
    cart_id: string;
    version: ColumnType<bigint, number, number>;
    content: unknown;
    updated_at: ColumnType<Date, string, string>;
    swept_version: Generated<bigint>;
    abandoned_content: ColumnType<string | null, never, string | null>;
  };
  cart_restores: {
    token_hash: string;
    user_id: string;
    cart_id: string;
    lines: unknown;
    expires_at: Date;
    used_at: ColumnType<Date | null, never, Date>;
  };
  promotions: PromotionTable;
  promotion_redemptions: {
    order_id: string;
    promotion_id: string;
    user_id: string;
    attempt: number;
    redeemed_at: Generated<Date>;
  };
  promotion_shoppers: { user_id: string; promotion_id: string; used: number };
  first_order_claims: { user_id: string; order_id: string };
  shopper_orders: {
    order_id: string;
    user_id: string | null;
    confirmed: Generated<boolean>;
    cancelled: Generated<boolean>;
    released_attempt: Generated<number>;
  };
}

/** The table of promotions. */
export interface PromotionTable {
  id: string;
  code: string | null;
  name: string;
  kind: 'percentage' | 'fixed' | 'free_shipping' | 'buy_x_get_y';
  currency: string;
  basis_points: number | null;
  amount: bigint | null;
  buy_quantity: number | null;
  get_quantity: number | null;
  product_ids: string[];
  category_ids: string[];
  min_subtotal: bigint | null;
  first_order: boolean;
  starts_at: Date | null;
  ends_at: Date | null;
  usage_limit: number | null;
  per_user_limit: number | null;
  exclusive: boolean;
  priority: number;
  active: boolean;
  used: Generated<number>;
  request_key: string | null;
  created_at: Date;
  updated_at: Date;
  deleted_at: ColumnType<Date | null, never, Date>;
}
