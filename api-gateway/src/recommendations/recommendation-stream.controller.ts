import { Controller } from '@nestjs/common';
import { Placement } from '@vici/proto-gen/recommendation';
import { currentCaller, currentContext, runInContext } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import type { ServerSentEvent } from '../streaming/event-stream.js';
import { channelOfSession, channelOfUser, RecommendationFeed } from './recommendation.feed.js';
import { RecommendationReader } from './recommendation.reader.js';
import { recommendationStreamRoute } from './recommendations.routes.js';
import { type Recommendations, toRecommendations } from './recommendations.shapes.js';

type Changes = AsyncIterator<ServerSentEvent<Recommendations>>;

/** The shopper's recommendations, and again whenever they change. */
@Controller()
export class RecommendationStreamController {
  constructor(
    private readonly reader: RecommendationReader,
    private readonly feed: RecommendationFeed,
  ) {}

  @Route(recommendationStreamRoute)
  async stream({
    query,
  }: RouteInput<typeof recommendationStreamRoute>): Promise<RouteResult<typeof recommendationStreamRoute>> {
    const { shopperSessionId, userId } = currentCaller();
    const context = currentContext();
    const read = async () => {
      const answer = await this.reader.recommend({ placement: Placement.SESSION, limit: query.limit ?? 0 });
      return { event: 'recommendations', data: toRecommendations(answer) };
    };
    const asShopper = () => (context === undefined ? read() : runInContext(context, read));
    const channel = userId === undefined ? channelOfSession(shopperSessionId ?? '') : channelOfUser(userId);
    const changes = this.feed.subscribe(channel);
    try {
      const first = await asShopper();
      return { [Symbol.asyncIterator]: () => readAnew(first, changes, asShopper) };
    } catch (error) {
      await changes.return?.();
      throw error;
    }
  }
}

/** The first answer, then a new one after each change; changes that come while one is read are one. */
function readAnew(
  first: ServerSentEvent<Recommendations>,
  changes: AsyncIterableIterator<ServerSentEvent<null>>,
  read: () => Promise<ServerSentEvent<Recommendations>>,
): Changes {
  let pending: ServerSentEvent<Recommendations> | undefined = first;
  return {
    async next() {
      if (pending !== undefined) {
        const value = pending;
        pending = undefined;
        return { done: false, value };
      }
      const { done } = await changes.next();
      return done === true ? { done, value: undefined } : { done: false, value: await read() };
    },
    async return() {
      await changes.return?.();
      return { done: true, value: undefined };
    },
  };
}
