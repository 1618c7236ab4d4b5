import { Injectable } from '@nestjs/common';
import { type Product, ProductServiceDefinition, type Variant } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { statedWeight } from '@vici/utils/domain';
import {
  Catalogue,
  type CatalogueProduct,
  type CatalogueVariant,
} from '../../application/ports/catalogue.port.js';
import { fromWire } from './wire-money.js';

/** The product service over gRPC. */
@Injectable()
export class GrpcCatalogue extends Catalogue {
  constructor(
    @InjectGrpc(ProductServiceDefinition)
    private readonly products: GrpcClient<typeof ProductServiceDefinition>,
  ) {
    super();
  }

  async sellable(ids: readonly string[]): Promise<ReadonlyMap<string, CatalogueProduct>> {
    const { products } = await this.products.getProducts({ ids: [...ids], activeOnly: true });
    return new Map(products.map((product) => [product.id, toProduct(product)]));
  }
}

function toProduct(product: Product): CatalogueProduct {
  const { id, sku, name, categoryId, categoryName, weightGrams, stock, originalPrice } = product;
  return {
    id,
    sku,
    name,
    image: product.images[0] ?? '',
    categoryId,
    categoryName,
    price: fromWire(product.price, 'price'),
    ...(originalPrice === undefined ? {} : { originalPrice: fromWire(originalPrice, 'original price') }),
    weightGrams: weightGrams > 0 ? weightGrams : (statedWeight(product.specifications) ?? 0),
    stock,
    variants: product.variants.map(toVariant),
  };
}

function toVariant({ id, sku, name, price, stock, attributes }: Variant): CatalogueVariant {
  const weightGrams = statedWeight(attributes);
  return {
    id,
    sku,
    name,
    price: fromWire(price, 'variant price'),
    ...(weightGrams === undefined ? {} : { weightGrams }),
    stock,
  };
}
