import type { EventData } from '@vici/events';
import type { Language } from '../domain/language.js';

/** How a shopper wants to be told things. */
export type ContactPreferences = Pick<
  EventData<'user.updated'>,
  'language' | 'phone' | 'emailNotifications' | 'smsNotifications' | 'marketingEmails'
>;

/** What somebody may do, as staff have decided. */
export type ContactAccess = Pick<EventData<'user.access_changed'>, 'email' | 'role' | 'blocked'>;

/** What is known of how to reach a shopper. */
export interface Contact {
  /** Empty while it is not known. */
  readonly email: string;
  readonly language: Language;
  /** E.164. */
  readonly phone?: string;
  /** Mails about orders beyond those that have to be sent. */
  readonly emailNotifications: boolean;
  readonly smsNotifications: boolean;
  /** Agreed to what is not about an order or the account; nobody has unless they said so. */
  readonly marketing: boolean;
}

/** Where shoppers are reached, and what for. */
export abstract class ContactRepository {
  /** Messages that waited for the address become due at once. The role counts where none is known yet. */
  abstract remember(userId: string, email: string, role: string): Promise<void>;
  abstract noteAccess(userId: string, access: ContactAccess): Promise<void>;
  abstract notePreferences(userId: string, preferences: ContactPreferences): Promise<void>;
  /** By user: one for each, also for those of whom nothing is known. */
  abstract find(userIds: readonly string[]): Promise<ReadonlyMap<string, Contact>>;
  abstract endMarketing(userId: string): Promise<void>;
  abstract hasAgreedToMarketing(userId: string): Promise<boolean>;
  /** The ids of those who run the shop and may sign in. */
  abstract administrators(): Promise<string[]>;
}
