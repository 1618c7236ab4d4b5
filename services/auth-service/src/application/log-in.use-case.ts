import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Clock, checkpoint, DomainError } from '@vici/utils';
import { Credentials, WRONG_CREDENTIALS } from './credentials.js';
import { loggedIn } from './logged-in.event.js';
import { AccountRepository, type KnownAccount } from './ports.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';

/** What somebody signs in with. */
export interface Login {
  readonly email: string;
  readonly password: string;
  /** Whether to stay signed in for the longer lifetime. */
  readonly remember: boolean;
  readonly shopperSessionId?: string | undefined;
}

/** Signs somebody in with e-mail and password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly credentials: Credentials,
    private readonly accounts: AccountRepository,
    private readonly tokens: SessionTokens,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED, VALIDATION_FAILED */
  async execute(login: Login): Promise<SignedIn> {
    const known = await this.credentials.check(login.email, login.password);
    await checkpoint('auth.login-checked');
    const sessionId = this.tokens.newSessionId();
    return await this.unitOfWork.transaction(() => this.signIn(known, sessionId, login));
  }

  /** Opens the session while the password is held: a new one ends all sessions, and this must be among them or not be. */
  private async signIn({ account, passwordHash }: KnownAccount, sessionId: string, login: Login) {
    if ((await this.accounts.holdPassword(account.userId)) !== passwordHash) {
      throw new DomainError('INVALID_CREDENTIALS', WRONG_CREDENTIALS);
    }
    await this.events.publish(loggedIn(account.userId, sessionId, login.shopperSessionId, this.clock.now()));
    const token = await this.tokens.begin(account.userId, sessionId, login.remember);
    return await this.tokens.open(account, token);
  }
}
