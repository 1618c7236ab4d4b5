import { Injectable } from '@nestjs/common';
import { type Category, type Product, ProductServiceDefinition } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { ProductSource } from '../application/product-source.js';

/** The catalogue over gRPC. */
@Injectable()
export class GrpcProductSource extends ProductSource {
  constructor(
    @InjectGrpc(ProductServiceDefinition)
    private readonly client: GrpcClient<typeof ProductServiceDefinition>,
  ) {
    super();
  }

  async activeProducts(ids: readonly string[]): Promise<Product[]> {
    const { products } = await this.client.getProducts({ ids: [...ids], activeOnly: true });
    return products;
  }

  async categories(): Promise<Category[]> {
    const { categories } = await this.client.listCategories({});
    return categories;
  }
}
