import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { passwordReset, securityNotice, welcome } from '../application/account.announcements.js';
import { NotifyShopper } from '../application/notify-shopper.use-case.js';
import { StorefrontLinks } from '../application/storefront-links.js';

/** Tells shoppers of what happens to their account. */
@Injectable()
export class AccountEventHandlers {
  constructor(
    private readonly notify: NotifyShopper,
    private readonly links: StorefrontLinks,
  ) {}

  @OnEvent('user.registered')
  async onRegistered(event: DomainEvent<'user.registered'>): Promise<void> {
    await this.notify.execute(welcome(event, this.links));
  }

  @OnEvent('user.password_reset_requested')
  async onPasswordResetRequested(event: DomainEvent<'user.password_reset_requested'>): Promise<void> {
    await this.notify.execute(passwordReset(event, this.links));
  }

  @OnEvent('user.security_notice')
  async onSecurityNotice(event: DomainEvent<'user.security_notice'>): Promise<void> {
    await this.notify.execute(securityNotice(event, this.links));
  }
}
