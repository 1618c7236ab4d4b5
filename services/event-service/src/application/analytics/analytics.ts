/** The length of one point of a series. */
export type Interval = 'hour' | 'day' | 'week' | 'month';

/** What figures are asked for. Times on quarters of an hour. */
export interface AnalyticsScope {
  readonly from: Date;
  readonly to: Date;
  readonly interval: Interval;
  /** IANA name. */
  readonly timeZone: string;
  readonly currency: string;
  /** Entries of each ranking. */
  readonly top: number;
}

/** Sales in figures. Amounts in minor units. */
export interface SalesReport {
  readonly revenue: bigint;
  readonly refunded: bigint;
  readonly orders: bigint;
  readonly buyers: bigint;
  readonly newCustomers: bigint;
  readonly products: readonly { productId: string; name: string; units: bigint; revenue: bigint }[];
  readonly categories: readonly { categoryId?: string; name: string; units: bigint; revenue: bigint }[];
  /** Every point of the range, also those without a sale. `date` is in the time zone. */
  readonly overTime: readonly { date: string; revenue: bigint; orders: bigint }[];
}

/** A search term and how often it was searched for. */
export interface SearchCount {
  readonly term: string;
  readonly searches: bigint;
  readonly withoutResult: bigint;
}

/** Behaviour in figures. */
export interface BehaviourReport {
  readonly funnel: {
    readonly sessions: bigint;
    readonly viewed: bigint;
    readonly addedToCart: bigint;
    readonly startedCheckout: bigint;
    readonly purchased: bigint;
  };
  readonly searches: bigint;
  readonly searchesWithoutResult: bigint;
  readonly topSearches: readonly SearchCount[];
  readonly zeroResultSearches: readonly SearchCount[];
  readonly recommendations: {
    readonly impressions: bigint;
    readonly clicks: bigint;
    readonly addedToCart: bigint;
    readonly purchases: bigint;
    readonly revenue: bigint;
    /** Of everything bought. */
    readonly allRevenue: bigint;
  };
}

/** Reads the figures. */
export abstract class FigureQueries {
  abstract sales(scope: AnalyticsScope): Promise<SalesReport>;
  abstract behaviour(scope: AnalyticsScope): Promise<BehaviourReport>;
}
