import { createEvent, type DomainEvent } from '@vici/events';

/** The event that lets a guest's cart and behaviour follow the shopper who has just signed in. */
export function loggedIn(
  userId: string,
  authSessionId: string,
  shopperSessionId: string | undefined,
  at: Date,
): DomainEvent<'user.logged_in'> {
  return createEvent('user.logged_in', {
    subject: userId,
    data: {
      userId,
      authSessionId,
      ...(shopperSessionId !== undefined && { shopperSessionId }),
      loggedInAt: at.toISOString(),
    },
  });
}
