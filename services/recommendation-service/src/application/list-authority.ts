/** Who makes the lists in Redis. */
export abstract class ListAuthority {
  /** False when another pipeline writes them: this service then changes none, and serves them in the order they have. */
  abstract readonly writes: boolean;
}

/** Sessions and users whose lists have changed. */
export interface ChangedLists {
  readonly sessions: readonly string[];
  readonly users: readonly string[];
}
