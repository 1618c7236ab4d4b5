import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { PlacementName } from '../domain/fallback-chain.js';
import type { InteractionKind } from '../domain/interaction.js';

interface ProductRow {
  product_id: string;
  version: ColumnType<bigint, number, number>;
  deleted: Generated<boolean>;
  name: Generated<string>;
  category_path: ColumnType<string[], string[] | undefined, string[]>;
  category_name: Generated<string>;
  tags: ColumnType<string[], string[] | undefined, string[]>;
  brand: string | null;
  price: ColumnType<bigint, number | undefined, number>;
  image: Generated<string>;
  rating: Generated<number>;
  active: Generated<boolean>;
  created_at: ColumnType<Date, Date | undefined, Date>;
  change: Generated<bigint>;
}

interface ProductStockRow {
  product_id: string;
  available: number;
  as_of: Date;
  change: Generated<bigint>;
}

interface InteractionRow {
  position: GeneratedAlways<bigint>;
  event_id: string;
  user_id: string | null;
  session_id: string;
  product_id: string;
  kind: InteractionKind;
  at: Date;
}

interface PastInterestRow {
  product_id: string;
  weight: bigint;
}

interface BasketRow {
  position: GeneratedAlways<bigint>;
  id: string;
  bought_at: Date;
  customer: string | null;
}

interface BasketLineRow {
  position: GeneratedAlways<bigint>;
  basket: bigint;
  product_id: string;
  quantity: number;
}

interface MerchandisingRuleRow {
  id: string;
  kind: 'pin' | 'boost';
  product_id: string;
  placement: PlacementName | null;
  category_id: string | null;
  position: number;
  factor: number;
  starts_at: Date | null;
  ends_at: Date | null;
  note: string;
  created_at: Date;
  updated_at: Date;
}

interface RecommendationClickRow {
  shopper: string;
  product_id: string;
  recommendation_id: string;
  at: Date;
}

interface ErasedShopperRow {
  position: GeneratedAlways<bigint>;
  user_id: string;
  at: Generated<Date>;
}

interface LogIdentityRow {
  id: Generated<string>;
}

/** The tables of recommendation_db. */
export interface RecommendationTables {
  products: ProductRow;
  product_stock: ProductStockRow;
  interactions: InteractionRow;
  past_interest: PastInterestRow;
  baskets: BasketRow;
  basket_lines: BasketLineRow;
  merchandising_rules: MerchandisingRuleRow;
  recommendation_clicks: RecommendationClickRow;
  erased_shoppers: ErasedShopperRow;
  log_identity: LogIdentityRow;
}
