/** The names and lifetimes of the recommendation contract in Redis, which others read and may write. */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One key of the contract. */
export interface ListKey {
  readonly key: string;
  readonly ttlSeconds: number;
}

const named = (ttlSeconds: number, key: string): ListKey => ({ key, ttlSeconds });

export const listKeys = {
  /** Sorted set, score 0..1. */
  personalized: (userId: string) => named(30 * MINUTE, `rec:user:${userId}:personalized`),
  /** Sorted set, relevance now. */
  userSession: (userId: string) => named(HOUR, `rec:user:${userId}:session`),
  /** Sorted set, relevance now. */
  session: (sessionId: string) => named(HOUR, `rec:session:${sessionId}`),
  /** Sorted set, similarity 0..1. */
  similar: (productId: string) => named(DAY, `rec:product:${productId}:similar`),
  /** Sorted set, number of common baskets. */
  frequentlyBought: (productId: string) => named(DAY, `rec:product:${productId}:frequently_bought`),
  /** Sorted set, trend score. */
  trending: named(15 * MINUTE, 'rec:trending'),
  /** Sorted set, trend score. */
  trendingCategory: (categoryId: string) => named(15 * MINUTE, `rec:trending:category:${categoryId}`),
  /** Sorted set, all-time popularity. */
  popular: named(HOUR, 'rec:popular'),
  /** Sorted set, time of creation in milliseconds. */
  newArrivals: named(HOUR, 'rec:new_arrivals'),
  /** List of product ids, newest first. */
  viewed: (sessionId: string) => named(DAY, `rec:session:${sessionId}:viewed`),
  /** Sorted set, time in milliseconds. */
  history: (userId: string) => named(7 * DAY, `rec:user:${userId}:history`),
  /** Hash. */
  product: (productId: string) => named(HOUR, `product:${productId}`),
  /** Hash. */
  category: (categoryId: string) => named(DAY, `category:${categoryId}`),
  /** Channel (publish and subscribe): {"sessions": [ids], "users": [ids]} whose lists were just written. */
  changed: 'rec:changed',
  /** Set of user ids. */
  usersWithRecommendations: 'rec:users_with_recs',
  /** ISO 8601 moment of the last batch. */
  lastUpdate: 'rec:last_update',
  /** Hash: total_users, total_products, last_processing_time in milliseconds. */
  stats: 'rec:stats',
};
