import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { invalidField } from '@vici/utils';
import { type PushSubscription, PushSubscriptionRepository } from './push-subscription.repository.js';

/** What browsers subscribe with, and where pushes may go. */
export abstract class PushSettings {
  /** Empty where nothing is pushed. */
  abstract readonly publicKey: string;
  /** Hosts of push services, with all below them: an endpoint is an address this service will call. */
  abstract readonly hosts: readonly string[];
}

const LONGEST = 1_000;

/** The browsers in which a shopper takes pushes. */
@Injectable()
export class PushSubscriptions {
  constructor(
    private readonly subscriptions: PushSubscriptionRepository,
    private readonly settings: PushSettings,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  get publicKey(): string {
    return this.settings.publicKey;
  }

  /** @throws DomainError VALIDATION_FAILED naming what is no endpoint of a push service, or no key */
  async subscribe(userId: string, subscription: PushSubscription): Promise<void> {
    this.checkEndpoint(subscription.endpoint);
    checkKey('p256dh', subscription.p256dh, 65);
    checkKey('auth', subscription.auth, 16);
    await this.unitOfWork.transaction(() => this.subscriptions.save(userId, subscription));
  }

  async unsubscribe(userId: string, endpoint: string): Promise<void> {
    await this.subscriptions.remove(userId, endpoint);
  }

  private checkEndpoint(endpoint: string): void {
    const address = URL.parse(endpoint);
    const isKnown = this.settings.hosts.some(
      (host) => address?.hostname === host || address?.hostname.endsWith(`.${host}`),
    );
    if (address?.protocol !== 'https:' || !isKnown || endpoint.length > LONGEST) {
      throw invalidField('endpoint', 'must be the address of a push service');
    }
  }
}

function checkKey(field: string, key: string, bytes: number): void {
  if (!/^[A-Za-z0-9_-]+=*$/.test(key) || Buffer.from(key, 'base64url').length !== bytes) {
    throw invalidField(field, `must be ${bytes} bytes in base64url`);
  }
}
