import type { DomainEvent, EventData } from '@vici/events';
import type { Announcement } from './notify-shopper.use-case.js';
import type { StorefrontLinks } from './storefront-links.js';

type Notice = EventData<'user.security_notice'>['notice'];

/** What each notice says: the headline, and what has happened. */
const WORDS: Readonly<Record<Notice, { readonly title: string; readonly happened: string }>> = {
  session_stolen: {
    title: 'A device was signed out for your safety',
    happened: 'a sign-in of yours was used from two places, so we have ended it',
  },
  password_changed: { title: 'Your password has been changed', happened: 'your password has been changed' },
  two_factor_enabled: {
    title: 'Two-factor sign-in is on',
    happened: 'signing in asks for a code of your authenticator app from now on',
  },
  two_factor_disabled: {
    title: 'Two-factor sign-in is off',
    happened: 'signing in asks for the password alone from now on',
  },
  recovery_code_used: {
    title: 'A recovery code was used',
    happened: 'somebody has signed in with one of your recovery codes, which is used up now',
  },
  sign_in_linked: {
    title: 'A new way to sign in',
    happened: 'another account of yours can be used for signing in from now on',
  },
};

/** Tells the owner of an account what was done to it, in case it was somebody else. */
export function securityNotice(
  { id, data }: DomainEvent<'user.security_notice'>,
  links: StorefrontLinks,
): Announcement {
  const { userId, email, firstName, notice, userAgent, network, occurredAt } = data;
  const { title, happened } = WORDS[notice];
  const model = {
    title,
    happened,
    firstName,
    occurredAt: `${occurredAt.slice(0, 16).replace('T', ' ')} UTC`,
    ...(userAgent !== '' && { device: userAgent }),
    ...(network !== '' && { network }),
    forgotPasswordUrl: links.forgotPassword(),
  };
  return {
    eventId: id,
    userId,
    inbox: {
      type: 'warning',
      title,
      message: 'If it was not you, set a new password: that signs everybody out.',
      link: links.forgotPassword(),
    },
    mail: { recipient: email, template: 'security-notice', model },
  };
}
