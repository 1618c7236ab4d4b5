/** What application code injects to make several repository calls one atomic change. */
export abstract class UnitOfWork {
  /**
   * Runs `work` in one database transaction: every repository call inside it commits together or not at all.
   * Inside an open transaction it joins that one. `work` may run more than once (deadlock, serialization failure),
   * so it must have no effect outside the database: no mail, no charge, no message sent directly.
   */
  abstract transaction<T>(work: () => Promise<T>): Promise<T>;
}
