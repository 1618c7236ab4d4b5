/** Lets work wait for the commit of the open transaction. */
export abstract class AfterCommit {
  /** Runs `work` once the open transaction has committed, never when it rolls back; without one, at once. */
  abstract run(work: () => void | Promise<void>): void;
}
