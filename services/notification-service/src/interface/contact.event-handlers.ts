import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { ContactRepository } from '../application/contact.repository.js';

/** Learns where shoppers are reached, and what for. */
@Injectable()
export class ContactEventHandlers {
  constructor(private readonly contacts: ContactRepository) {}

  @OnEvent('user.registered')
  async onRegistered({ data }: DomainEvent<'user.registered'>): Promise<void> {
    await this.contacts.remember(data.userId, data.email, data.role);
  }

  @OnEvent('user.access_changed')
  async onAccessChanged({ data }: DomainEvent<'user.access_changed'>): Promise<void> {
    const { userId, email, role, blocked } = data;
    await this.contacts.noteAccess(userId, { email, role, blocked });
  }

  @OnEvent('user.updated')
  async onUpdated({ data }: DomainEvent<'user.updated'>): Promise<void> {
    await this.contacts.notePreferences(data.userId, data);
  }
}
