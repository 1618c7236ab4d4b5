import { Inject, Injectable } from '@nestjs/common';
import { Logger, Metrics, REDIS, type Redis } from '@vici/utils';
import type { Counter } from 'prom-client';
import { type LoginSession, type SessionState, sessionKeyOf } from './login-session.js';
import { type Awaitable, type RequestCount, RequestCounter } from './request-counter.js';
import { SessionReader } from './session-reader.js';

/** What a request is counted in, and how many are admitted in a window. */
export interface CountedBy {
  readonly bucket: string;
  readonly limit: number;
  /** Whose bucket it is; absent where it is an address's. */
  readonly userId?: string;
}

/** What the admission of one request is decided on. */
export interface AdmissionFacts {
  /** Absent where limits are off or Redis could not be asked. */
  readonly requests?: RequestCount;
  readonly session?: SessionState;
}

const NOTHING_ASKED: AdmissionFacts = {};

/**
 * Reads rate limit and session in one round trip: of a user by one script, whose keys share the user's tag, so that it
 * holds on a Redis cluster too. Without Redis the shop goes on: requests are not limited, and a token that
 * verifies is believed for the minutes it lives.
 */
@Injectable()
export class AdmissionStore {
  private readonly degraded: Counter<string>;
  private readonly requests: RequestCounter;
  private readonly sessions: SessionReader;
  private down = false;

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.requests = new RequestCounter(redis);
    this.sessions = new SessionReader(redis);
    this.degraded = metrics.counter(
      'gateway_admission_degraded_total',
      'Requests admitted without asking Redis, by what was not asked.',
      ['check'],
    );
  }

  /**
   * At once where Redis need not be asked.
   * @param counted the request's limit, undefined when limits are off; @param session of a signed-in caller
   */
  read(counted: CountedBy | undefined, session: LoginSession | undefined): Awaitable<AdmissionFacts> {
    if (session !== undefined) {
      return counted?.userId === session.userId
        ? this.readTogether(counted, session)
        : this.readApart(counted, session);
    }
    if (counted === undefined) {
      return NOTHING_ASKED;
    }
    const requests = this.requests.countAhead(counted.bucket);
    return requests === undefined ? this.readApart(counted, session) : { requests };
  }

  private async readApart(
    counted: CountedBy | undefined,
    session: LoginSession | undefined,
  ): Promise<AdmissionFacts> {
    const [requests, state] = await Promise.all([
      counted === undefined
        ? undefined
        : this.orDegraded('rate_limit', () => this.requests.count(counted.bucket, counted.limit)),
      session === undefined ? undefined : this.stateOf(session),
    ]);
    return { ...(requests !== undefined && { requests }), ...(state !== undefined && { session: state }) };
  }

  private async readTogether({ bucket, limit }: CountedBy, session: LoginSession): Promise<AdmissionFacts> {
    const requests = await this.orDegraded('rate_limit', () =>
      this.requests.count(bucket, limit, sessionKeyOf(session)),
    );
    if (requests === undefined) {
      this.degraded.inc({ check: 'session' });
      return { session: 'unknown' };
    }
    return { requests, session: requests.session ?? (await this.stateOf(session)) };
  }

  private async stateOf(session: LoginSession): Promise<SessionState> {
    return (await this.orDegraded('session', () => this.sessions.read(sessionKeyOf(session)))) ?? 'unknown';
  }

  private async orDegraded<T>(check: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask();
      this.down = false;
      return answer;
    } catch (error) {
      this.degraded.inc({ check });
      if (!this.down) {
        this.down = true;
        this.logger.warn('Redis does not answer: requests are admitted without limits and session checks.', {
          error,
        });
      }
      return undefined;
    }
  }
}
