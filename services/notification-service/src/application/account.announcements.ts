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

/** Sends the link to a new password. The inbox tells of it without the link: it is for whoever reads the mail. */
export function passwordReset(
  { id, data }: DomainEvent<'user.password_reset_requested'>,
  links: StorefrontLinks,
): Announcement {
  const { userId, email, firstName, resetToken } = data;
  return {
    eventId: id,
    userId,
    inbox: {
      type: 'warning',
      title: 'A new password was asked for',
      message: 'We have sent you a mail with the link. If it was not you, nothing needs to be done.',
      link: links.shop(),
    },
    mail: {
      recipient: email,
      template: 'password-reset',
      model: { firstName, resetUrl: links.resetPassword(resetToken) },
    },
  };
}
