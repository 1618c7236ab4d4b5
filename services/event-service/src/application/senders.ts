import { Injectable } from '@nestjs/common';
import { Clock } from '@vici/utils';
import { SendingRate } from '../domain/sending-rate.js';
import type { BehaviourEvent } from './check-event.js';
import { SessionOrigins, UserAgents } from './ports.js';
import type { Origin, Shopper } from './submitted-event.js';

/** Who sends events: a person or a program, and from where. */
@Injectable()
export class Senders {
  constructor(
    private readonly agents: UserAgents,
    private readonly rate: SendingRate,
    private readonly origins: SessionOrigins,
    private readonly clock: Clock,
  ) {}

  /** Whether a program sends these events: its user agent says so, or nobody could do so much in a minute. */
  isBot(shopper: Shopper, { userAgent, network }: Origin, events: number): boolean {
    const sender = shopper.userId ?? shopper.sessionId ?? network;
    // Counted in any case: a program that names itself is no reason to stop looking.
    const tooFast = sender !== undefined && this.rate.isTooFast(sender, events, this.clock.now().getTime());
    return tooFast || this.agents.read(userAgent).isBot;
  }

  /** Takes note of where the sessions of these events were seen. */
  noteOrigin(events: readonly BehaviourEvent[], { userAgent, network }: Origin): void {
    const { family } = this.agents.read(userAgent);
    if (network === undefined && family === undefined) return;
    this.origins.note(new Set(events.map(({ data }) => data.sessionId)), network, family);
  }
}
