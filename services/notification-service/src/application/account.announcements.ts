import type { DomainEvent } from '@vici/events';
import type { Announcement } from './announcement.js';
import type { StorefrontLinks } from './storefront-links.js';

/** Welcomes a new shopper and asks for the proof of the address, where one is needed. */
export function welcome({ id, data }: DomainEvent<'user.registered'>, links: StorefrontLinks): Announcement {
  const { userId, email, firstName, verificationToken } = data;
  const model = {
    firstName,
    shopUrl: links.shop(),
    ...(verificationToken !== undefined && { verifyUrl: links.verifyEmail(verificationToken) }),
  };
  const link = links.shop();
  return { eventId: id, userId, type: 'info', link, recipient: email, template: 'welcome', model };
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
    type: 'warning',
    link: links.shop(),
    recipient: email,
    template: 'password-reset',
    model: { firstName, resetUrl: links.resetPassword(resetToken) },
  };
}

/** Tells the owner of an account what was done to it, in case it was somebody else. */
export function securityNotice(
  { id, data }: DomainEvent<'user.security_notice'>,
  links: StorefrontLinks,
): Announcement {
  const { userId, email, firstName, notice, userAgent, network, occurredAt } = data;
  return {
    eventId: id,
    userId,
    type: 'warning',
    link: links.forgotPassword(),
    recipient: email,
    template: 'security-notice',
    model: {
      notice,
      firstName,
      occurredAt,
      ...(userAgent !== '' && { device: userAgent }),
      ...(network !== '' && { network }),
      forgotPasswordUrl: links.forgotPassword(),
    },
  };
}
