import { z } from 'zod';
import { defineEvent, id, instant } from './event-definition.js';

const account = <const Type extends string, Fields extends z.ZodRawShape>(
  type: Type,
  source: 'auth-service' | 'user-service',
  fields: Fields,
) =>
  defineEvent({
    type,
    topics: ['account-events'],
    source,
    version: 1,
    schema: z.object({ userId: id, ...fields }),
  });

export const accountEvents = {
  'user.registered': account('user.registered', 'auth-service', {
    email: z.email(),
    firstName: z.string(),
    lastName: z.string(),
    role: z.enum(['customer', 'support', 'admin']),
    registeredAt: instant,
    /** One-time secret for the verification link; the mail is its only reader. */
    verificationToken: z.string().optional(),
  }),
  'user.email_verified': account('user.email_verified', 'auth-service', { verifiedAt: instant }),
  'user.password_reset_requested': account('user.password_reset_requested', 'auth-service', {
    email: z.email(),
    firstName: z.string(),
    /** One-time secret for the reset link; the mail is its only reader. */
    resetToken: z.string(),
    expiresAt: instant,
  }),
  'user.logged_in': account('user.logged_in', 'auth-service', {
    authSessionId: z.string(),
    /** The guest session of the same browser, so that its cart and behaviour can follow the shopper. */
    shopperSessionId: z.string().optional(),
    loggedInAt: instant,
  }),
  'user.updated': account('user.updated', 'user-service', {
    firstName: z.string(),
    lastName: z.string(),
    phone: z.string().optional(),
    avatar: z.string().optional(),
    emailNotifications: z.boolean(),
    smsNotifications: z.boolean(),
    marketingEmails: z.boolean(),
    language: z.string(),
    currency: z.string(),
  }),
  'user.deleted': account('user.deleted', 'user-service', { deletedAt: instant }),
};
