import { Injectable } from '@nestjs/common';
import { Clock } from '@vici/utils';
import type { ClaimedDelivery } from '../domain/delivery.js';
import { type QuietHours, quietFor } from '../domain/sending-rules.js';
import { ContactRepository } from './contact.repository.js';
import { DeliveryRepository } from './delivery.repository.js';
import { SuppressionRepository } from './suppression.repository.js';

/** How much marketing a shopper gets, and when. */
export abstract class MarketingLimits {
  abstract readonly perDay: number;
  abstract readonly quiet: QuietHours;
}

/** What is to become of a message that could be sent now. */
export type Verdict =
  | { readonly kind: 'send' }
  /** It is in other hands, or was sent long ago: no business of this sender. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'wait'; readonly reason: string; readonly delayMs: number }
  | { readonly kind: 'drop'; readonly reason: string };

const SEND: Verdict = { kind: 'send' };
const DAY_MS = 86_400_000;

/** Decides at the last moment whether a message may be sent: what was wanted when it was made may not be any more. */
@Injectable()
export class ConsentRules {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly suppressions: SuppressionRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly limits: MarketingLimits,
    private readonly clock: Clock,
  ) {}

  async judge(delivery: ClaimedDelivery): Promise<Verdict> {
    const { channel, purpose } = delivery;
    const { held, suppressed } = await this.suppressions.standingOf(delivery);
    if (!held) return { kind: 'lost' };
    if (channel === 'email' && suppressed !== undefined)
      return { kind: 'drop', reason: `the address is suppressed: ${suppressed}` };
    return purpose === 'marketing' ? await this.judgeMarketing(delivery) : SEND;
  }

  private async judgeMarketing({ userId, channel }: ClaimedDelivery): Promise<Verdict> {
    if (!(await this.contacts.hasAgreedToMarketing(userId))) {
      return { kind: 'drop', reason: 'the shopper does not agree to such messages any more' };
    }
    const now = this.clock.now();
    const quietMs = quietFor(now, this.limits.quiet);
    if (quietMs > 0) return { kind: 'wait', reason: 'quiet hours', delayMs: quietMs };
    const since = new Date(now.getTime() - DAY_MS);
    const sent = await this.deliveries.marketingSince(userId, channel, since);
    const oldest = sent.at(-this.limits.perDay);
    if (oldest === undefined) return SEND;
    const delayMs = Math.max(1_000, oldest.getTime() + DAY_MS - now.getTime());
    return { kind: 'wait', reason: 'enough for a day', delayMs };
  }
}
