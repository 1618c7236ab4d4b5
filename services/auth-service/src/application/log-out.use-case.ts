import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { RefreshTokenRepository, SessionStore } from './ports.js';
import { hashSecret } from './secrets.js';

/** Ends sessions: the caller's, and the one a refresh token belongs to. Ended twice is ended. */
@Injectable()
export class LogOut {
  constructor(
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly sessions: SessionStore,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async execute(sessionId: string | undefined, refreshToken: string | undefined): Promise<void> {
    const ended = await this.unitOfWork.transaction(async () => {
      const known =
        refreshToken === undefined ? undefined : await this.refreshTokens.lock(hashSecret(refreshToken));
      const sessionIds = new Set([sessionId, known?.sessionId].filter((id) => id !== undefined));
      for (const id of sessionIds) await this.refreshTokens.deleteSession(id);
      return sessionIds;
    });
    for (const id of ended) await this.sessions.end(id);
  }
}
