import type { Profile, ProfileChange } from '../domain/profile.js';

/** How a shopper wants to be told things. */
export interface Preferences {
  readonly emailNotifications: boolean;
  readonly smsNotifications: boolean;
  readonly marketingEmails: boolean;
  readonly language: string;
  readonly currency: string;
}

/** Profiles and preferences, one of each per user. */
export abstract class ProfileRepository {
  /** The user's profile; an empty one is made where there is none yet. */
  abstract findOrCreate(userId: string): Promise<Profile>;
  /** Fills in what the registration said, but no name the shopper has edited since. */
  abstract recordRegistration(
    userId: string,
    registration: { email: string; firstName: string; lastName: string; registeredAt: Date },
  ): Promise<void>;
  abstract markEmailVerified(userId: string): Promise<void>;
  abstract update(userId: string, change: ProfileChange): Promise<Profile>;
  abstract preferencesOf(userId: string): Promise<Preferences>;
}
