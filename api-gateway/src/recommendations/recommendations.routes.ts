import { z } from 'zod';
import { idParams, queryString, wholeNumber } from '../rest/fields.js';
import { defineRoute, type RouteDefinition } from '../routing/define-route.js';
import { recommendationsShape } from './recommendations.shapes.js';

const limit = wholeNumber(1, 100).describe('12 where it is missing.');

function about(path: RouteDefinition['path'], summary: string) {
  return {
    method: 'GET',
    path,
    auth: 'public',
    summary,
    tags: ['Recommendations'],
    response: recommendationsShape,
  } as const;
}

const shopWide = z.object({ limit, category: queryString(200).describe('Id or slug.') });

export const forUserRoute = defineRoute({
  ...about('/recommendations/user', 'For this user, from all that is known of them'),
  query: z.object({ limit }),
});

export const forSessionRoute = defineRoute({
  ...about('/recommendations/session', 'For this visit, from what the shopper does now'),
  query: z.object({ limit }),
});

export const similarRoute = defineRoute({
  ...about('/recommendations/products/:id', 'Products like this one'),
  params: idParams,
  query: z.object({ limit }),
});

export const frequentlyBoughtRoute = defineRoute({
  ...about('/recommendations/products/:id/frequently-bought', 'Bought together with this one'),
  params: idParams,
  query: z.object({ limit }),
});

export const trendingRoute = defineRoute({
  ...about('/recommendations/trending', 'In demand now'),
  query: shopWide,
});

export const popularRoute = defineRoute({
  ...about('/recommendations/popular', 'Most bought of all time'),
  query: shopWide,
});

export const newArrivalsRoute = defineRoute({
  ...about('/recommendations/new-arrivals', 'New in the shop'),
  query: shopWide,
});

export const recommendationStreamRoute = defineRoute({
  ...about('/recommendations/stream', "The shopper's recommendations now, and again each time they change"),
  query: z.object({ limit }),
  stream: true,
});
