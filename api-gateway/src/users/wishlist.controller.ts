import { Controller } from '@nestjs/common';
import { UserServiceDefinition } from '@vici/proto-gen/user';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { BehaviourTracker } from '../tracking/behaviour-tracker.js';
import * as routes from './wishlist.routes.js';
import { toWishlistItem } from './wishlist.shapes.js';

/** The wishlist of the caller. What goes on and off it is reported as behaviour, once it has happened. */
@Controller()
export class WishlistController {
  constructor(
    @InjectGrpc(UserServiceDefinition) private readonly users: GrpcClient<typeof UserServiceDefinition>,
    private readonly tracker: BehaviourTracker,
  ) {}

  @Route(routes.listWishlistRoute)
  async wishlist(): Promise<RouteResult<typeof routes.listWishlistRoute>> {
    const { items } = await this.users.listWishlist({});
    return items.map(toWishlistItem);
  }

  @Route(routes.addToWishlistRoute)
  async add({
    body: { productId },
  }: RouteInput<typeof routes.addToWishlistRoute>): Promise<RouteResult<typeof routes.addToWishlistRoute>> {
    const { item, added } = await this.users.addToWishlist({ productId });
    const answer = toWishlistItem(item);
    if (added) {
      const price = item?.product?.price;
      this.tracker.track({
        eventType: 'wishlist_add',
        productId,
        price: price === undefined ? undefined : Number(price.minor),
      });
    }
    return answer;
  }

  @Route(routes.removeFromWishlistRoute)
  async remove({ params: { productId } }: RouteInput<typeof routes.removeFromWishlistRoute>): Promise<null> {
    const { removed } = await this.users.removeFromWishlist({ productId });
    if (removed) {
      this.tracker.track({ eventType: 'wishlist_remove', productId });
    }
    return null;
  }
}
