const EARNED_PER_CALL = 0.1;
const CAPACITY = 10;

/**
 * Keeps retries to a tenth of the calls, so that a failing upstream is not buried under its callers'
 * second attempts. A token bucket: each call earns a tenth of a token, each retry costs one, ten are
 * kept at most and are there from the start (retry throttling of gRPC proposal A6, with a budget
 * counted in calls as in Finagle's RetryBudget).
 */
export class RetryBudget {
  private tokens = CAPACITY;

  /** Counts a call. */
  earn(): void {
    this.tokens = Math.min(CAPACITY, this.tokens + EARNED_PER_CALL);
  }

  /** Takes the price of one retry; false when it cannot be paid. */
  spend(): boolean {
    if (this.tokens < 1) {
      return false;
    }
    this.tokens -= 1;
    return true;
  }
}
