import { Injectable } from '@nestjs/common';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { Carts, type CartView, type PurchasedLine } from '../../application/ports/carts.port.js';

/** The cart service over gRPC. */
@Injectable()
export class GrpcCarts extends Carts {
  constructor(
    @InjectGrpc(CartServiceDefinition) private readonly carts: GrpcClient<typeof CartServiceDefinition>,
  ) {
    super();
  }

  async ofCaller(): Promise<CartView> {
    const cart = await this.carts.getCart({});
    return {
      id: cart.id,
      version: cart.version,
      currency: cart.currency,
      lines: cart.items.map(({ productId, variantId, quantity, available, notice }) => ({
        productId,
        ...(variantId === undefined ? {} : { variantId }),
        quantity,
        available,
        ...(notice === undefined ? {} : { notice }),
      })),
    };
  }

  async removePurchased(userId: string, orderId: string, lines: readonly PurchasedLine[]): Promise<void> {
    await this.carts.removePurchased({ userId, orderId, lines: [...lines] });
  }
}
