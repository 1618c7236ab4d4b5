import type { OrderFact, OrderFigures } from '../../domain/order-fact.js';
import type { BehaviourEvent } from '../check-event.js';
import type { OrderEvent } from './order-facts.js';

/** What changes in the figures of a time. */
export interface SalesChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly currency: string;
  /** What is added, or taken away. */
  readonly figures: OrderFigures;
  readonly sign: 1 | -1;
}

/** Orders and what they add up to. Everything in the current transaction. */
export abstract class SalesFigures {
  /** What is known of these orders, by id; nobody else changes any before the transaction ends. */
  abstract factsOf(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderFact>>;
  /** Saves orders, and counts their buyers by what they have bought now. After `factsOf`. */
  abstract save(facts: readonly OrderFact[]): Promise<void>;
  /** Saves them whatever was known, and counts nobody; others stay as they are. */
  abstract replace(facts: readonly OrderFact[]): Promise<void>;
  abstract add(changes: readonly SalesChange[]): Promise<void>;
}

/** What things are called, by id: the last name counts. */
export abstract class Names {
  abstract ofProducts(names: ReadonlyMap<string, string>): Promise<void>;
  abstract ofCategories(names: ReadonlyMap<string, string>): Promise<void>;
}

/** Who has registered, and when. */
export abstract class Registrations {
  abstract add(userId: string, at: Date): Promise<void>;
}

/** Figures of behaviour. Given each event once, in the current transaction; without those of bots. */
export abstract class BehaviourFigures {
  abstract count(events: readonly BehaviourEvent[]): Promise<void>;
}

/** How far visits come, by the events of persons. */
export abstract class VisitFigures extends BehaviourFigures {}
/** What is searched for. */
export abstract class SearchFigures extends BehaviourFigures {}
/** What recommendations lead to. */
export abstract class RecommendationFigures extends BehaviourFigures {}

/** How much was counted anew. */
export interface Recount {
  readonly orders: number;
  readonly events: number;
}

/** The order events the bus still has. */
export abstract class OrderLog {
  /** Gives those that have been counted already to `visit`, of an order in order, each once. */
  abstract readCounted(visit: (event: OrderEvent) => void): Promise<void>;
}

/** Counts all figures anew from what they were counted from. In the current transaction. */
export abstract class FigureRebuild {
  /** Lets nobody else count orders before the transaction ends. */
  abstract holdOrders(): Promise<void>;
  /** Forgets the sums of orders and counts them from the facts. */
  abstract recountSales(): Promise<number>;
  /** Forgets the figures of behaviour, then gives the archive's events, in order and each once, to `count`. */
  abstract recountBehaviour(count: (events: readonly BehaviourEvent[]) => Promise<void>): Promise<number>;
}
