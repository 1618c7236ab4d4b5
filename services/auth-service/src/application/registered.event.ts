import { createEvent, type DomainEvent } from '@vici/events';
import type { Account } from '../domain/account.js';

/**
 * The event of a new account.
 * @param verificationToken the secret of the link that proves the address, where that is needed
 */
export function registered(account: Account, verificationToken?: string): DomainEvent<'user.registered'> {
  const { userId, email, firstName, lastName, role, createdAt } = account;
  return createEvent('user.registered', {
    subject: userId,
    data: {
      userId,
      email,
      firstName,
      lastName,
      role,
      registeredAt: createdAt.toISOString(),
      ...(verificationToken !== undefined && { verificationToken }),
    },
  });
}
