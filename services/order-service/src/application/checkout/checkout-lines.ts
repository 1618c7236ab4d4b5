import { DomainError } from '@vici/utils/domain';
import type { PriceableLine } from '../../domain/pricing/price-order.js';
import type { Article, CartLine, CartView } from '../ports/carts.port.js';
import type { CatalogueProduct } from '../ports/catalogue.port.js';

/** A cart line with what the catalogue says of it today. */
export interface CheckoutLine extends PriceableLine {
  readonly productId: string;
  readonly variantId?: string;
  readonly sku: string;
  readonly name: string;
  readonly image: string;
  readonly categoryId?: string;
  readonly categoryName?: string;
}

interface FoundLine {
  readonly line: CartLine;
  readonly article: Article;
}

/**
 * The lines of a cart as they are ordered.
 * @param products those of the lines that come without their article
 * @throws DomainError PRODUCT_UNAVAILABLE and INSUFFICIENT_STOCK, both with `details.lines`
 */
export function checkoutLines(
  cart: CartView,
  products: ReadonlyMap<string, CatalogueProduct>,
): CheckoutLine[] {
  const found: FoundLine[] = [];
  const missing: CartLine[] = [];
  for (const line of cart.lines) {
    const article = line.article ?? articleOf(line, products.get(line.productId));
    if (article?.unitPrice.currency === cart.currency) {
      found.push({ line, article });
    } else {
      missing.push(line);
    }
  }
  if (missing.length > 0) {
    throw unavailable(missing);
  }
  requireStock(found.filter(({ line }) => !line.available));
  return found.map(toCheckoutLine);
}

function articleOf({ variantId }: CartLine, product: CatalogueProduct | undefined): Article | undefined {
  const variant = product?.variants.find(({ id }) => id === variantId);
  if (product === undefined || (variantId !== undefined && variant === undefined)) {
    return undefined;
  }
  const { name, image, categoryId, categoryName, price, originalPrice } = product;
  const { sku, price: unitPrice, stock, weightGrams = product.weightGrams } = variant ?? product;
  // The price before the sale belongs to the product's own price: it says nothing of a variant priced differently.
  const onSale = originalPrice !== undefined && unitPrice.equals(price);
  return {
    sku,
    name: variant === undefined ? name : `${name} (${variant.name})`,
    image,
    categoryId,
    categoryName,
    unitPrice,
    originalUnitPrice: onSale ? originalPrice : unitPrice,
    weightGrams,
    stock,
  };
}

function unavailable(lines: readonly CartLine[]): DomainError {
  return new DomainError('PRODUCT_UNAVAILABLE', 'Some products in the cart are no longer sold.', {
    lines: lines.map(({ productId, variantId, notice }) => ({ productId, variantId, notice })),
  });
}

function requireStock(short: readonly FoundLine[]): void {
  if (short.length > 0) {
    throw new DomainError(
      'INSUFFICIENT_STOCK',
      'Some products in the cart are not in stock in this quantity.',
      {
        lines: short.map(({ line: { productId, variantId, quantity }, article: { sku, stock } }) => ({
          productId,
          variantId,
          sku,
          requested: quantity,
          available: stock,
        })),
      },
    );
  }
}

function toCheckoutLine({ line, article: { stock: _stock, ...article } }: FoundLine): CheckoutLine {
  const { productId, variantId, quantity, discount, reductions } = line;
  return {
    ...article,
    productId,
    ...(variantId === undefined ? {} : { variantId }),
    quantity,
    discount,
    reductions,
  };
}
