import type { Preferences } from '../domain/preferences.js';
import type { Profile, ProfileChange } from '../domain/profile.js';

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
  /**
   * The user's profile, made where there is none yet; changes of the profile and its preferences wait for each other
   * until the transaction ends, so that what is told of them is never a mixture of old and new.
   */
  abstract lock(userId: string): Promise<Profile>;
  abstract preferencesOf(userId: string): Promise<Preferences>;
  abstract savePreferences(userId: string, preferences: Preferences): Promise<void>;
}
