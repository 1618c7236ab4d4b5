import { z } from 'zod';
import { idParams, text } from '../rest/fields.js';
import { defineRoute } from '../routing/define-route.js';
import { addressShape, preferencesShape, userShape } from './user.shapes.js';

const tags = ['Users'];

const addressFields = z.object({
  firstName: text(100),
  lastName: text(100),
  addressLine1: text(200),
  addressLine2: text(200, 0).optional(),
  city: text(100),
  state: text(100, 0),
  postalCode: text(20, 0),
  country: text(2, 2).describe('ISO 3166-1 alpha-2.'),
  phone: text(32),
  isDefault: z.boolean().optional(),
});

export const getProfileRoute = defineRoute({
  method: 'GET',
  path: '/users/profile',
  auth: 'user',
  summary: 'The signed-in user',
  tags,
  response: userShape,
});

export const updateProfileRoute = defineRoute({
  method: 'PUT',
  path: '/users/profile',
  auth: 'user',
  summary: 'Change name, phone or avatar',
  tags,
  body: z.object({
    name: text(200).optional(),
    phone: text(32, 0).optional(),
    avatar: text(2048, 0)
      .nullable()
      .optional()
      .describe('The `url` of a picture uploaded as an avatar (POST /uploads); empty or null for none.'),
  }),
  response: userShape,
});

export const listAddressesRoute = defineRoute({
  method: 'GET',
  path: '/users/addresses',
  auth: 'user',
  summary: 'Addresses, the default one first',
  tags,
  response: z.array(addressShape),
});

export const createAddressRoute = defineRoute({
  method: 'POST',
  path: '/users/addresses',
  auth: 'user',
  summary: 'Add an address',
  tags,
  body: addressFields,
  response: addressShape,
  status: 201,
  idempotent: true,
  errors: ['LIMIT_EXCEEDED'],
});

export const updateAddressRoute = defineRoute({
  method: 'PUT',
  path: '/users/addresses/:id',
  auth: 'user',
  summary: 'Change an address; only the fields given',
  tags,
  params: idParams,
  body: addressFields.partial(),
  response: addressShape,
  errors: ['NOT_FOUND'],
});

export const deleteAddressRoute = defineRoute({
  method: 'DELETE',
  path: '/users/addresses/:id',
  auth: 'user',
  summary: 'Remove an address',
  tags,
  params: idParams,
  response: z.null(),
  errors: ['NOT_FOUND'],
});

export const getPreferencesRoute = defineRoute({
  method: 'GET',
  path: '/users/preferences',
  auth: 'user',
  summary: 'How the user wants to be told things',
  tags,
  response: preferencesShape,
});

export const updatePreferencesRoute = defineRoute({
  method: 'PUT',
  path: '/users/preferences',
  auth: 'user',
  summary: 'Change preferences; only the fields given',
  tags,
  body: z.object({
    emailNotifications: z.boolean().optional(),
    smsNotifications: z.boolean().optional(),
    marketingEmails: z.boolean().optional(),
    language: text(35, 0).optional().describe('BCP 47: en or vi.'),
    currency: text(3, 3).optional().describe('ISO 4217.'),
  }),
  response: preferencesShape,
});
