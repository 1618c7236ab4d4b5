import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

interface CategoryRow {
  id: string;
  slug: string;
  name: string;
  description: string;
  parent_id: string | null;
  path: string[];
  image: string;
  icon: string | null;
  is_active: boolean;
  sort_order: number;
  created_at: ColumnType<Date, Date | undefined, never>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
}

interface ProductRow {
  id: string;
  sku: string;
  slug: string;
  name: string;
  description: string;
  long_description: string | null;
  price_minor: bigint;
  original_price_minor: bigint | null;
  list_price_minor: bigint | null;
  list_original_price_minor: bigint | null;
  sale_price_minor: bigint | null;
  sale_period: string | null;
  price_changes_at: Date | null;
  currency: string;
  category_id: string;
  images: string[];
  specifications: Record<string, string>;
  tags: string[];
  brand: string | null;
  weight_grams: number;
  rating: Generated<string>;
  review_count: Generated<number>;
  rating_sum: Generated<bigint>;
  is_new: boolean;
  is_featured: boolean;
  is_on_sale: GeneratedAlways<boolean>;
  status: 'ACTIVE' | 'INACTIVE' | 'OUT_OF_STOCK';
  stock: Generated<number>;
  backorderable: Generated<number>;
  popularity: Generated<bigint>;
  name_text: GeneratedAlways<string>;
  sku_text: GeneratedAlways<string>;
  words: Generated<string[]>;
  version: Generated<bigint>;
  created_at: ColumnType<Date, Date | undefined, never>;
  updated_at: ColumnType<Date, Date | undefined, Date>;
  deleted_at: Date | null;
}

interface VariantRow {
  id: string;
  product_id: string;
  sku: string;
  name: string;
  price_minor: bigint;
  sale_price_minor: bigint | null;
  attributes: Record<string, string>;
  position: number;
  removed_at: Date | null;
}

interface StockLevelRow {
  sku: string;
  available: number;
  backorderable: Generated<number>;
  version: bigint;
}

interface SearchMissRow {
  query: string;
  count: Generated<number>;
  first_at: Generated<Date>;
  last_at: Generated<Date>;
}

interface SearchWordRow {
  word: string;
  stem: string;
  frequency: number;
}

interface BuyerRow {
  user_id: string;
  product_id: string;
}

interface ReviewAuthorRow {
  user_id: string;
  name: string;
  avatar: string | null;
  as_of: Date;
}

interface ReviewRow {
  id: string;
  product_id: string;
  user_id: string;
  rating: number;
  title: string;
  comment: string;
  images: string[];
  helpful: number;
  created_at: Date;
}

interface ReviewVoteRow {
  review_id: string;
  user_id: string;
}

/** What is kept of shoppers. */
export interface ShopperTables {
  buyers: BuyerRow;
  review_authors: ReviewAuthorRow;
  reviews: ReviewRow;
  review_votes: ReviewVoteRow;
}

/** The tables of product_db. */
export interface ProductTables {
  categories: CategoryRow;
  products: ProductRow;
  variants: VariantRow;
  stock_levels: StockLevelRow;
  search_words: SearchWordRow;
  search_misses: SearchMissRow;
}
