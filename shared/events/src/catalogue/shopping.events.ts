import { z } from 'zod';
import { defineEvent, id, instant, moneySchema } from './event-definition.js';

const cart = <const Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  defineEvent({
    type,
    topics: ['shopping-events'],
    source: 'cart-service',
    version: 1,
    schema: z.object({ cartId: id, userId: id, occurredAt: instant, ...fields }),
  });

export const shoppingEvents = {
  'cart.abandoned': cart('cart.abandoned', {
    subtotal: moneySchema,
    items: z.array(z.object({ productId: id, name: z.string(), image: z.string(), quantity: z.int() })),
    restoreToken: z.string(),
  }),
  'cart.restored': cart('cart.restored', {}),
};
