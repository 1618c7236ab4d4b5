import { Injectable } from '@nestjs/common';
import { type Product, ProductServiceDefinition, ProductStatus, type Variant } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc, Money } from '@vici/utils';
import { Catalogue, type CatalogueEntry } from '../application/ports.js';
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
    const { products } = await this.products.getProducts({ ids: [...productIds], activeOnly: false });
    return new Map(products.map((product) => [product.id, toEntry(product)]));
  }
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

function toOffer(product: Product, variant?: Variant): Offer {
  const price = variant?.price ?? product.price;
  return {
    name: variant === undefined ? product.name : `${product.name} (${variant.name})`,
    image: product.images[0] ?? '',
    sku: variant?.sku ?? product.sku,
    price: Money.of(price?.minor ?? 0n, price?.currency ?? ''),
    stock: unitsOf(variant ?? product),
    categoryId: product.categoryId,
    categoryName: product.categoryName,
    categoryPath: product.categoryPath,
    weightGrams: product.weightGrams,
  };
}
