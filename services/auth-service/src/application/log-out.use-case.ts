import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import type { Caller } from '@vici/utils';
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

  async execute(
    { userId, authSessionId }: Pick<Caller, 'userId' | 'authSessionId'>,
    refreshToken: string | undefined,
  ): Promise<void> {
    const ended = await this.unitOfWork.transaction(async () => {
      const known =
        refreshToken === undefined ? undefined : await this.refreshTokens.lock(hashSecret(refreshToken));
      const ownerOf = new Map<string, string>();
      if (userId !== undefined && authSessionId !== undefined) ownerOf.set(authSessionId, userId);
      if (known !== undefined) ownerOf.set(known.sessionId, known.userId);
      for (const id of ownerOf.keys()) await this.refreshTokens.deleteSession(id);
      return ownerOf;
    });
    for (const [id, owner] of ended) await this.sessions.end(owner, id);
  }
}
