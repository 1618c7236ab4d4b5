/** A browser that takes pushes, as its PushManager describes it. */
export interface PushSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** The browsers of the shoppers. */
export abstract class PushSubscriptionRepository {
  /** An endpoint belongs to whoever has subscribed it last; the oldest beyond ten of a shopper goes. */
  abstract save(userId: string, subscription: PushSubscription): Promise<void>;
  abstract remove(userId: string, endpoint: string): Promise<void>;
  /** Forgets a browser that takes no pushes any more. */
  abstract drop(endpoint: string): Promise<void>;
  abstract find(endpoint: string): Promise<PushSubscription | undefined>;
  abstract endpointsOf(userId: string): Promise<string[]>;
}
