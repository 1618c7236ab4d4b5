import type { Strategy } from './fallback-chain.js';

/** Names a reason may mention, as far as they are known. */
export interface ReasonNames {
  /** The product the list is about. */
  readonly product?: string | undefined;
  /** The product of the shopper's that is most like the recommended one. */
  readonly viewed?: string | undefined;
}

/** Why a product is shown, in words a shopper understands. */
export function reasonFor(source: Strategy, { product, viewed }: ReasonNames): string {
  switch (source) {
    case 'personalized':
    case 'session':
      return viewed === undefined ? 'Recommended for you' : `Because you viewed ${viewed}`;
    case 'similar':
      return product === undefined ? 'Similar products' : `Similar to ${product}`;
    case 'frequently_bought':
      return product === undefined ? 'Often bought together' : `Bought with ${product}`;
    case 'trending_category':
    case 'trending':
      return 'Trending now';
    case 'popular':
      return 'Popular';
    case 'new_arrivals':
      return 'New in';
    case 'pinned':
      return 'Featured';
  }
}
