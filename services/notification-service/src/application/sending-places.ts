import { Injectable } from '@nestjs/common';
import type { ClaimedDelivery } from '../domain/delivery.js';
import { DeliverySettings } from './send-delivery.use-case.js';

/** A promise nobody comes back to for so long is that of a transaction that was rolled back. */
const PROMISE_MS = 2_000;

/** What becomes of the deliveries a process has in hand. */
export interface Sender {
  /** Sends it and records what came of it; never rejects. */
  send(delivery: ClaimedDelivery): Promise<void>;
  /** Gives it back to whoever claims it next. */
  giveBack(delivery: ClaimedDelivery): Promise<void>;
  /** A place is free that somebody waits for. */
  placeFreed(): void;
}

/**
 * The places for the deliveries that this process has in hand. While one is free and none waits, a new delivery is
 * promised it: it is written as claimed already and goes to the sender with its commit, so that nobody looks for it.
 */
@Injectable()
export class SendingPlaces {
  private readonly active = new Set<Promise<void>>();
  /** Until when, by delivery. */
  private readonly promised = new Map<string, number>();
  private sender: Sender | undefined;
  private closed = false;
  private othersWait = false;

  constructor(private readonly settings: DeliverySettings) {}

  /** Takes promises from now on. */
  open(sender: Sender): void {
    this.sender = sender;
  }

  /** Promises no more places, and gives back what was promised one before. Resolves when what is on its way has ended. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.active);
  }

  /** Places that nobody has and nobody was promised. */
  get free(): number {
    const now = performance.now();
    for (const [id, until] of this.promised) if (until <= now) this.promised.delete(id);
    return Math.max(0, this.settings.atOnce - this.active.size - this.promised.size);
  }

  /** More may be due than there were places for: they come before what is new, and are told of the next free place. */
  noteWaiting(othersWait: boolean): void {
    this.othersWait = othersWait;
  }

  /** Whether a new delivery may be written as claimed; whoever does hands it to `take` when it is committed. */
  promise(deliveryId: string): boolean {
    if (this.sender === undefined || this.closed || this.othersWait || this.free === 0) return false;
    this.promised.set(deliveryId, performance.now() + PROMISE_MS);
    return true;
  }

  /** Has a claimed delivery sent. Resolves at once, but for one that comes too late and is given back. */
  async take(delivery: ClaimedDelivery): Promise<void> {
    this.promised.delete(delivery.id);
    const { sender } = this;
    if (sender === undefined) throw new Error('Nobody is there to send a delivery that was claimed');
    if (this.closed) {
      await sender.giveBack(delivery);
      return;
    }
    const sending = sender.send(delivery);
    this.active.add(sending);
    void sending.finally(() => {
      this.active.delete(sending);
      if (this.othersWait) sender.placeFreed();
    });
  }
}
