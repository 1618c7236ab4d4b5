import type { DomainEvent } from '@vici/events';
import type { Announcement } from './notify-shopper.use-case.js';
import type { StorefrontLinks } from './storefront-links.js';

/** Welcomes a new shopper and asks for the proof of the address, where one is needed. */
export function welcome({ id, data }: DomainEvent<'user.registered'>, links: StorefrontLinks): Announcement {
  const { userId, email, firstName, verificationToken } = data;
  const model = {
    firstName,
    shopUrl: links.shop(),
    ...(verificationToken !== undefined && { verifyUrl: links.verifyEmail(verificationToken) }),
  };
  return {
    eventId: id,
    userId,
    inbox: {
      type: 'info',
      title: 'Welcome to Vici',
      message:
        verificationToken === undefined
          ? 'Your account is ready.'
          : 'Your account is ready. Please confirm your e-mail address with the link we have sent you.',
      link: links.shop(),
    },
    mail: { recipient: email, template: 'welcome', model },
  };
}
