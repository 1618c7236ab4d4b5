import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { ProfileRepository } from '../application/profile.repository.js';

/** Keeps the profiles in step with what auth-service tells of accounts. */
@Injectable()
export class AccountEventHandlers {
  constructor(private readonly profiles: ProfileRepository) {}

  @OnEvent('user.registered')
  async onRegistered({ data }: DomainEvent<'user.registered'>): Promise<void> {
    const { userId, email, firstName, lastName, registeredAt } = data;
    await this.profiles.recordRegistration(userId, {
      email,
      firstName,
      lastName,
      registeredAt: new Date(registeredAt),
    });
  }

  @OnEvent('user.email_verified')
  async onEmailVerified({ data }: DomainEvent<'user.email_verified'>): Promise<void> {
    await this.profiles.markEmailVerified(data.userId);
  }
}
