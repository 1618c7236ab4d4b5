import type { RecommendResponse } from '@vici/proto-gen/recommendation';
import { z } from 'zod';
import { productShape, toProduct } from '../products/product.shapes.js';

export const recommendationsShape = z
  .object({
    items: z.array(
      z.object({
        product: productShape,
        score: z.number(),
        reason: z.string(),
        source: z.string(),
      }),
    ),
    source: z.string().describe('The strategy of the fallback chain that answered.'),
    recommendationId: z
      .string()
      .describe('Sent back in behaviour events, it attributes them to this answer.'),
  })
  .meta({ id: 'Recommendations' });

export type Recommendations = z.output<typeof recommendationsShape>;

export function toRecommendations({ items, source, recommendationId }: RecommendResponse): Recommendations {
  return {
    items: items.flatMap(({ product, score, reason, source: itemSource }) =>
      product === undefined ? [] : [{ product: toProduct(product), score, reason, source: itemSource }],
    ),
    source,
    recommendationId,
  };
}
