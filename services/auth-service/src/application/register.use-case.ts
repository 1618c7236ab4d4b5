import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Clock, DomainError, newId } from '@vici/utils';
import { type Account, checkedName } from '../domain/account.js';
import { type EmailAddress, parseEmail } from '../domain/email.js';
import { loggedIn } from './logged-in.event.js';
import { NewPasswords } from './new-passwords.js';
import { AccountRepository } from './ports.js';
import { registered } from './registered.event.js';
import { newSecret } from './secrets.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';

const VERIFICATION_LIFETIME_MS = 86_400_000;

/** What a new shopper fills in. */
export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly shopperSessionId?: string | undefined;
}

/** Creates an account, signs its owner in and lets the other services know. */
@Injectable()
export class Register {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly passwords: NewPasswords,
    private readonly tokens: SessionTokens,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, WEAK_PASSWORD, EMAIL_TAKEN */
  async execute(registration: Registration): Promise<SignedIn> {
    const email = parseEmail(registration.email);
    this.passwords.assertStrong(registration.password, email.address);
    const account = this.newAccount(registration, email);
    const passwordHash = await this.passwords.hash(registration.password);
    const sessionId = this.tokens.newSessionId();
    const token = await this.unitOfWork.transaction(async () => {
      if (!(await this.accounts.insert(account, email, passwordHash))) {
        throw new DomainError('EMAIL_TAKEN', 'This e-mail address has an account already.');
      }
      await this.announce(account, sessionId, registration.shopperSessionId);
      return await this.tokens.begin(account.userId, sessionId);
    });
    return await this.tokens.open(account, token);
  }

  private newAccount(registration: Registration, email: EmailAddress): Account {
    const now = this.clock.now();
    return {
      userId: newId<'User'>(),
      email: email.address,
      firstName: checkedName('firstName', registration.firstName),
      lastName: checkedName('lastName', registration.lastName),
      role: 'customer',
      emailVerified: false,
      blocked: false,
      twoFactor: false,
      createdAt: now,
      updatedAt: now,
    };
  }

  private async announce(
    account: Account,
    sessionId: string,
    shopperSessionId: string | undefined,
  ): Promise<void> {
    const { userId, createdAt } = account;
    const { secret, hash } = newSecret();
    const expiresAt = new Date(createdAt.getTime() + VERIFICATION_LIFETIME_MS);
    await this.accounts.addVerificationToken(userId, hash, expiresAt);
    await this.events.publish(
      registered(account, secret),
      loggedIn(userId, sessionId, shopperSessionId, createdAt),
    );
  }
}
