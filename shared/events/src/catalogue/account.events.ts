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

/** What the owner of an account must hear of, because it could have been somebody else. */
export const SECURITY_NOTICES = [
  /** A refresh token was used twice: its session has been ended. */
  'session_stolen',
  'password_changed',
  'two_factor_enabled',
  'two_factor_disabled',
  'recovery_code_used',
  /** An account elsewhere can be used for signing in from now on. */
  'sign_in_linked',
  /** One of them cannot any more. */
  'sign_in_unlinked',
  /** Staff have turned the second factor off, for an owner who had lost it. */
  'two_factor_reset',
] as const;

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
  'user.security_notice': account('user.security_notice', 'auth-service', {
    notice: z.enum(SECURITY_NOTICES),
    email: z.email(),
    firstName: z.string(),
    /** What the client that did it says of itself; empty when it says nothing. */
    userAgent: z.string(),
    /** The network of that client, never its whole address; empty when unknown. */
    network: z.string(),
    occurredAt: instant,
  }),
  /** Staff have changed what somebody may do: their role, or whether they are blocked. */
  'user.access_changed': account('user.access_changed', 'auth-service', {
    email: z.email(),
    role: z.enum(['customer', 'support', 'admin']),
    blocked: z.boolean(),
    changedAt: instant,
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
  /** The person wants nothing kept that need not be: every service that holds something answers with `privacy.data_erased`. */
  'user.deleted': account('user.deleted', 'user-service', {
    deletedAt: instant,
    /** What the answers name; the event's own id where it is absent. */
    requestId: id.optional(),
  }),
};
