import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Clock, currentContext, DomainError } from '@vici/utils';
import { parseEmail } from '../domain/email.js';
import { loggedIn } from './logged-in.event.js';
import { AccountRepository, LoginThrottle, PasswordHasher } from './ports.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';

/** Checks e-mail and password, behind the throttle. */
@Injectable()
export class Credentials {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS whatever part was wrong; ACCOUNT_LOCKED, RATE_LIMITED */
  async check(emailAddress: string, password: string) {
    const email = parseEmail(emailAddress);
    const address = currentContext()?.client?.ip;
    await this.throttle.begin(email.normalized, address);
    const known = await this.accounts.findByEmail(email);
    const matches = await this.hasher.matches(password, known?.passwordHash);
    if (known === undefined || !matches) {
      throw new DomainError('INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');
    }
    await this.throttle.succeed(email.normalized, address);
    return known.account;
  }
}

/** Signs somebody in with e-mail and password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly credentials: Credentials,
    private readonly tokens: SessionTokens,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED, VALIDATION_FAILED */
  async execute(request: {
    readonly email: string;
    readonly password: string;
    readonly shopperSessionId?: string | undefined;
  }): Promise<SignedIn> {
    const account = await this.credentials.check(request.email, request.password);
    const sessionId = this.tokens.newSessionId();
    const refreshToken = await this.unitOfWork.transaction(async () => {
      await this.events.publish(
        loggedIn(account.userId, sessionId, request.shopperSessionId, this.clock.now()),
      );
      return await this.tokens.store(account.userId, sessionId);
    });
    return await this.tokens.open(account, sessionId, refreshToken);
  }
}
