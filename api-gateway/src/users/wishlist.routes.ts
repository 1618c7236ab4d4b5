import { z } from 'zod';
import { id } from '../rest/fields.js';
import { defineRoute } from '../routing/define-route.js';
import { wishlistItemShape } from './wishlist.shapes.js';

const tags = ['Wishlist'];

export const listWishlistRoute = defineRoute({
  method: 'GET',
  path: '/users/wishlist',
  auth: 'user',
  summary: "The user's wishlist, the newest first, with the names, prices and stock of now",
  description: 'What is no longer sold is left out, and back when it is sold again.',
  tags,
  response: z.array(wishlistItemShape),
  errors: ['SERVICE_UNAVAILABLE'],
});

export const addToWishlistRoute = defineRoute({
  method: 'POST',
  path: '/users/wishlist',
  auth: 'user',
  summary: 'Put a product on the wishlist',
  description: 'A product that is there already stays the item it is.',
  tags,
  body: z.object({ productId: id }),
  response: wishlistItemShape,
  status: 201,
  idempotent: true,
  errors: ['PRODUCT_UNAVAILABLE', 'LIMIT_EXCEEDED', 'SERVICE_UNAVAILABLE'],
});

export const removeFromWishlistRoute = defineRoute({
  method: 'DELETE',
  path: '/users/wishlist/:productId',
  auth: 'user',
  summary: 'Take a product off the wishlist',
  description: 'Also good for a product that is not on it.',
  tags,
  params: z.object({ productId: id }),
  response: z.null(),
});
