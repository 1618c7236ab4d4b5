import { createEvent, type DomainEvent } from '@vici/events';
import type { Preferences } from '../domain/preferences.js';
import type { Profile } from '../domain/profile.js';

/** What the other services are told when a profile or its preferences have changed. */
export function userUpdated(profile: Profile, preferences: Preferences): DomainEvent<'user.updated'> {
  const { userId, firstName, lastName, phone, avatar } = profile;
  return createEvent('user.updated', {
    subject: userId,
    data: {
      userId,
      firstName,
      lastName,
      ...(phone !== undefined && { phone }),
      ...(avatar !== undefined && { avatar }),
      ...preferences,
    },
  });
}
