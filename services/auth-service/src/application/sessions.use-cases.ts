import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, notFound } from '@vici/utils';
import { RefreshTokenRepository, SessionRepository, SessionStore, type SignedInDevice } from './ports.js';

const MAX_SESSIONS = 100;

/** The devices a user is signed in on. */
@Injectable()
export class ListSessions {
  constructor(
    private readonly records: SessionRepository,
    private readonly clock: Clock,
  ) {}

  /** The one seen last first, at most 100. */
  async execute(userId: string): Promise<SignedInDevice[]> {
    return await this.records.list(userId, this.clock.now(), MAX_SESSIONS);
  }
}

/** Ends one of a user's sessions. */
@Injectable()
export class EndSession {
  constructor(
    private readonly records: SessionRepository,
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly sessions: SessionStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND when the session is over or somebody else's */
  async execute(userId: string, sessionId: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      if (!(await this.records.lockOwn(sessionId, userId, this.clock.now()))) {
        throw notFound('Session', sessionId);
      }
      await this.refreshTokens.deleteSession(sessionId);
      // Before the commit: when Redis cannot be asked, the session goes on and the caller learns of it.
      await this.sessions.end(userId, sessionId);
    });
  }
}
