import type { Account } from '@vici/proto-gen/auth';
import type { Address, Profile } from '@vici/proto-gen/user';
import { z } from 'zod';
import { instant, toInstant } from '../rest/shapes.js';

export const userShape = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    role: z.enum(['customer', 'admin']),
    avatar: z.string().optional(),
    phone: z.string().optional(),
    emailVerified: z.boolean(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'User' });

export const addressShape = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    firstName: z.string(),
    lastName: z.string(),
    addressLine1: z.string(),
    addressLine2: z.string().optional(),
    city: z.string(),
    state: z.string(),
    postalCode: z.string(),
    country: z.string(),
    phone: z.string(),
    isDefault: z.boolean(),
  })
  .meta({ id: 'Address' });

export const preferencesShape = z
  .object({
    userId: z.uuid(),
    emailNotifications: z.boolean(),
    smsNotifications: z.boolean(),
    marketingEmails: z.boolean(),
    language: z.string().describe('BCP 47: en or vi.'),
    currency: z.string().describe('ISO 4217.'),
  })
  .meta({ id: 'Preferences' });

/** A user as the storefront knows one: the account, and what the shopper made of the profile since. */
export function toUser(account: Account, profile?: Profile): z.output<typeof userShape> {
  // A profile made before the registration was heard of has no names yet.
  const named = profile !== undefined && `${profile.firstName}${profile.lastName}` !== '' ? profile : account;
  const { firstName, lastName } = named;
  return {
    id: account.userId,
    email: account.email,
    name: `${firstName} ${lastName}`.trim(),
    firstName,
    lastName,
    // The storefront knows two roles; support staff shop like anybody else.
    role: account.role === 'admin' ? 'admin' : 'customer',
    avatar: profile?.avatar,
    phone: profile?.phone,
    emailVerified: account.emailVerified,
    createdAt: toInstant(account.createdAt),
    updatedAt: toInstant(later(account.updatedAt, profile?.updatedAt)),
  };
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  return a > b ? a : b;
}

/** @throws Error when an upstream left the postal part out, which its contract forbids */
export function toAddress({ id, userId, postal, isDefault }: Address): z.output<typeof addressShape> {
  if (postal === undefined) {
    throw new Error('A postal address is missing from an answer');
  }
  return { id, userId, ...postal, isDefault };
}
