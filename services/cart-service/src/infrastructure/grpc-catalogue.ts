import { Injectable } from '@nestjs/common';
import { type Product, ProductServiceDefinition, ProductStatus, type Variant } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc, Money, statedWeight } from '@vici/utils';
import { Catalogue, type CatalogueEntry } from '../application/ports.js';
import type { CartLine } from '../domain/cart.entity.js';
import type { Offer } from '../domain/priced-cart.js';

/** The catalogue as product-service tells it. */
@Injectable()
export class GrpcCatalogue extends Catalogue {
  constructor(
    @InjectGrpc(ProductServiceDefinition)
    private readonly products: GrpcClient<typeof ProductServiceDefinition>,
  ) {
    super();
  }

  async find(productIds: readonly string[]): Promise<ReadonlyMap<string, CatalogueEntry>> {
    const { products } = await this.products.getProducts({
      ids: [...productIds],
      activeOnly: false,
      withoutTexts: true,
    });
    return entriesOf(products);
  }

  async findForLines(
    lines: readonly Pick<CartLine, 'productId' | 'variantId'>[],
  ): Promise<ReadonlyMap<string, CatalogueEntry>> {
    const variantIds = lines.flatMap(({ variantId }) => variantId ?? []);
    const { products } = await this.products.getProducts({
      ids: [...new Set(lines.map(({ productId }) => productId))],
      activeOnly: false,
      withoutTexts: true,
      pricing: { variantIds },
    });
    return entriesOf(products);
  }
}

function entriesOf(products: readonly Product[]): ReadonlyMap<string, CatalogueEntry> {
  return new Map(products.map((product) => [product.id, toEntry(product)]));
}

function toEntry(product: Product): CatalogueEntry {
  return {
    productId: product.id,
    active: product.status !== ProductStatus.INACTIVE,
    offer: toOffer(product),
    variants: new Map(product.variants.map((variant) => [variant.id, toOffer(product, variant)])),
  };
}

/** What may be ordered: the available units, and those that may be backordered. */
function unitsOf({ stock, backorderable = 0 }: Pick<Product, 'stock' | 'backorderable'>): number {
  return stock + backorderable;
}

/** Of one unit, in grams: what is given, else what is stated of it. */
function weightOf({ weightGrams, specifications }: Product, variant?: Variant): number {
  const ownWeight = variant && statedWeight(variant.attributes);
  return ownWeight ?? (weightGrams > 0 ? weightGrams : (statedWeight(specifications) ?? 0));
}

function toMoney({ minor, currency } = { minor: 0n, currency: '' }): Money {
  return Money.of(minor, currency);
}

function toOffer(product: Product, variant?: Variant): Offer {
  const price = toMoney(variant?.price ?? product.price);
  // The price before the sale belongs to the product's own price: it says nothing of a variant priced differently.
  const onSale = price.equals(toMoney(product.price));
  return {
    name: variant === undefined ? product.name : `${product.name} (${variant.name})`,
    image: product.images[0] ?? '',
    sku: variant?.sku ?? product.sku,
    price,
    originalPrice: onSale && product.originalPrice !== undefined ? toMoney(product.originalPrice) : price,
    stock: unitsOf(variant ?? product),
    onShelf: (variant ?? product).stock,
    categoryId: product.categoryId,
    categoryName: product.categoryName,
    categoryPath: product.categoryPath,
    weightGrams: weightOf(product, variant),
  };
}
