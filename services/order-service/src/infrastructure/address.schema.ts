import { z } from 'zod';
import type { OrderAddress } from '../domain/order-content.js';

/** An address as jsonb columns hold it. */
export const addressSchema = z
  .object({
    id: z.string(),
    postal: z.object({
      firstName: z.string(),
      lastName: z.string(),
      addressLine1: z.string(),
      addressLine2: z.string().optional(),
      city: z.string(),
      state: z.string(),
      postalCode: z.string(),
      country: z.string(),
      phone: z.string(),
    }),
  })
  .transform(
    ({ id, postal: { addressLine2, ...postal } }): OrderAddress => ({
      id,
      postal: addressLine2 === undefined ? postal : { ...postal, addressLine2 },
    }),
  );
