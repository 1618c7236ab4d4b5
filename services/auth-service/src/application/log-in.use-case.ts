import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Clock, checkpoint, currentContext, DomainError } from '@vici/utils';
import { parseEmail } from '../domain/email.js';
import { loggedIn } from './logged-in.event.js';
import { AccountRepository, type KnownAccount, LoginThrottle, PasswordHasher } from './ports.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';

const WRONG_CREDENTIALS = 'The e-mail address or the password is wrong.';

/** What somebody signs in with. */
export interface Login {
  readonly email: string;
  readonly password: string;
  /** Whether to stay signed in for the longer lifetime. */
  readonly remember: boolean;
  readonly shopperSessionId?: string | undefined;
}

/** Checks e-mail and password, behind the throttle. */
@Injectable()
export class Credentials {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS whatever part was wrong; ACCOUNT_LOCKED, RATE_LIMITED */
  async check(emailAddress: string, password: string, refusal = WRONG_CREDENTIALS): Promise<KnownAccount> {
    const email = parseEmail(emailAddress);
    const address = currentContext()?.client?.ip;
    await this.throttle.begin(email.normalized, address);
    const known = await this.accounts.findByEmail(email);
    const matches = await this.hasher.matches(password, known?.passwordHash);
    if (known === undefined || !matches) {
      throw new DomainError('INVALID_CREDENTIALS', refusal);
    }
    await this.throttle.succeed(email.normalized, address);
    return known;
  }
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
