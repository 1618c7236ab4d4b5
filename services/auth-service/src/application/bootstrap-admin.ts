import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { Clock, CONFIG, newId } from '@vici/utils';
import type { AuthConfig } from '../auth.config.js';
import type { Account } from '../domain/account.js';
import { parseEmail } from '../domain/email.js';
import { AccountRepository, PasswordHasher } from './ports.js';
import { registered } from './registered.event.js';

/** Creates the configured first administrator at start; does nothing when the account is there. */
@Injectable()
export class BootstrapAdmin implements OnApplicationBootstrap {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: AuthConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { AUTH_BOOTSTRAP_ADMIN_EMAIL: address, AUTH_BOOTSTRAP_ADMIN_PASSWORD: password } = this.config;
    if (address === undefined || password === undefined) return;
    const email = parseEmail(address);
    if ((await this.accounts.findByEmail(email)) !== undefined) return;
    const hash = await this.hasher.hash(password);
    const now = this.clock.now();
    const account: Account = {
      userId: newId<'User'>(),
      email: email.address,
      firstName: 'Vici',
      lastName: 'Administrator',
      role: 'admin',
      emailVerified: true,
      blocked: false,
      twoFactor: false,
      createdAt: now,
      updatedAt: now,
    };
    await this.unitOfWork.transaction(async () => {
      if (!(await this.accounts.insert(account, email, hash))) return;
      await this.events.publish(registered(account));
    });
  }
}
