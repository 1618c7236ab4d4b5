/** What orders tell of the people who placed them. */
export abstract class PersonalOrders {
  /** Orders of the user with what they hold, a page at a time, the oldest first; `after` is the last number seen. */
  abstract page(userId: string, after: string | undefined, limit: number): Promise<Record<string, unknown>[]>;
  /** Notes that the user wants to be forgotten. */
  abstract remember(userId: string, at: Date): Promise<void>;
  abstract isErased(userId: string): Promise<boolean>;
  /**
   * Takes names, addresses and contacts out of the user's orders that have come to rest, and out of their checkouts and
   * returns. Country and state stay: the tax depends on them.
   * @returns how many orders no longer tell whose they were, and how many are still on their way
   */
  abstract pseudonymise(userId: string): Promise<{ orders: number; underway: number }>;
}
