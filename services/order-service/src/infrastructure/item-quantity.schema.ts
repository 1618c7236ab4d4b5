import { z } from 'zod';

/** Units by line as jsonb columns hold them. */
export const itemQuantitiesSchema = z.array(
  z.object({ orderItemId: z.uuid(), quantity: z.int().positive() }),
);
