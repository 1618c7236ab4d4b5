import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  type IBreaker,
  isBrokenCircuitError,
  SamplingBreaker,
} from 'cockatiel';
import { type CallFailure, type CallOutcome, unavailable } from './call-outcome.js';

const CONSECUTIVE_FAILURES = 5;
const SAMPLE_MS = 10_000;
const SAMPLE_FAILED_SHARE = 0.5;
const SAMPLE_MIN_PER_SECOND = 2;
const HALF_OPEN_AFTER_MS = 2000;

/** Opens on five failures in a row, or when half of the calls of ten seconds failed. */
class EitherBreaker implements IBreaker {
  state: unknown;
  private readonly consecutive = new ConsecutiveBreaker(CONSECUTIVE_FAILURES);
  private readonly sampling = new SamplingBreaker({
    threshold: SAMPLE_FAILED_SHARE,
    duration: SAMPLE_MS,
    minimumRps: SAMPLE_MIN_PER_SECOND,
  });

  success(state: CircuitState): void {
    this.consecutive.success();
    this.sampling.success(state);
  }

  failure(state: CircuitState): boolean {
    const inARow = this.consecutive.failure();
    const inTheSample = this.sampling.failure(state);
    return inARow || inTheSample;
  }
}

/** Carries a cancelled attempt past the breaker, which must not count it either way. */
class CancelledAttempt extends Error {
  constructor(readonly outcome: CallFailure) {
    super('cancelled');
  }
}

/** What the breaker of an upstream can be in. */
export type BreakerState = 'closed' | 'half-open' | 'open';

/**
 * Refuses calls to an upstream that does not answer, at once and without a socket, until a single
 * trial call two seconds later succeeds. Errors the upstream itself decided on count as answers.
 */
export class UpstreamBreaker {
  private readonly policy: CircuitBreakerPolicy;

  constructor(
    private readonly upstream: { readonly name: string },
    onChange: (state: BreakerState) => void,
  ) {
    const noAnswer = handleWhenResult(isUnreachable);
    this.policy = circuitBreaker(noAnswer, {
      breaker: new EitherBreaker(),
      halfOpenAfter: HALF_OPEN_AFTER_MS,
    });
    this.policy.onStateChange((state) => onChange(stateName(state)));
  }

  /** Runs an attempt, or answers SERVICE_UNAVAILABLE without running it. */
  async run(attempt: () => Promise<CallOutcome>): Promise<CallOutcome> {
    if (this.policy.state === CircuitState.HalfOpen) {
      // The policy would let this call wait for the trial; the caller's time is better spent elsewhere.
      return this.refused();
    }
    let brokenOff: CallFailure | undefined;
    try {
      const counted = await this.policy.execute(async () => {
        const isTrial = this.policy.state === CircuitState.HalfOpen;
        const outcome = await attempt();
        if (outcome.ok || outcome.kind !== 'cancelled') {
          return outcome;
        }
        if (!isTrial) {
          throw new CancelledAttempt(outcome);
        }
        // The policy takes an error for an answer, but a trial that was broken off has shown nothing: back to open.
        brokenOff = outcome;
        return unavailable(this.upstream);
      });
      return brokenOff ?? counted;
    } catch (error) {
      if (error instanceof CancelledAttempt) {
        return error.outcome;
      }
      if (isBrokenCircuitError(error)) {
        return this.refused();
      }
      throw error;
    }
  }

  private refused(): CallFailure {
    return { ...unavailable(this.upstream), kind: 'refused' };
  }
}

function isUnreachable(outcome: unknown): boolean {
  return (
    typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'unreachable'
  );
}

function stateName(state: CircuitState): BreakerState {
  if (state === CircuitState.Closed) {
    return 'closed';
  }
  return state === CircuitState.HalfOpen ? 'half-open' : 'open';
}
