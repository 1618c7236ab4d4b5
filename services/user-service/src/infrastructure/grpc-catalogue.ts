import { Injectable } from '@nestjs/common';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc, Money } from '@vici/utils';
import { Catalogue, type CatalogueEntry } from '../application/catalogue.js';

/** The catalogue as product-service tells it. */
@Injectable()
export class GrpcCatalogue extends Catalogue {
  constructor(
    @InjectGrpc(ProductServiceDefinition)
    private readonly products: GrpcClient<typeof ProductServiceDefinition>,
  ) {
    super();
  }

  async sold(productIds: readonly string[]): Promise<ReadonlyMap<string, CatalogueEntry>> {
    const { products } = await this.products.getProducts({
      ids: [...productIds],
      activeOnly: true,
      withoutTexts: true,
    });
    return new Map(
      products.map(({ id, name, price, images, rating, stock }) => [
        id,
        {
          id,
          name,
          price: Money.of(price?.minor ?? 0n, price?.currency ?? ''),
          image: images[0] ?? '',
          rating,
          stock,
        },
      ]),
    );
  }
}
