const WINDOW_MS = 60_000;
/** Whoever sent faster than a person can stays a bot for so long. */
const SUSPICION_MS = 10 * 60_000;
/** Senders remembered at once; the ones silent for longest are forgotten first. */
const MAX_SENDERS = 50_000;

interface Sender {
  windowStart: number;
  count: number;
  suspectUntil: number;
}

/** Counts what each sender reports a minute and suspects those who report more than a person does. */
export class SendingRate {
  private readonly senders = new Map<string, Sender>();

  /** @param mostPerMinute events a minute that a person may cause */
  constructor(private readonly mostPerMinute: number) {}

  /** Counts `events` of a sender at `now` (milliseconds since the epoch); whether the sender is taken for a bot. */
  isTooFast(sender: string, events: number, now: number): boolean {
    const known = this.senders.get(sender) ?? { windowStart: now, count: 0, suspectUntil: 0 };
    // Last in the order of the map: the first one is then the one silent for longest.
    this.senders.delete(sender);
    this.senders.set(sender, known);
    if (now - known.windowStart >= WINDOW_MS) {
      known.windowStart = now;
      known.count = 0;
    }
    known.count += events;
    if (known.count > this.mostPerMinute) known.suspectUntil = now + SUSPICION_MS;
    this.forgetSilent();
    return now < known.suspectUntil;
  }

  private forgetSilent(): void {
    if (this.senders.size <= MAX_SENDERS) return;
    const [silent] = this.senders.keys();
    if (silent !== undefined) this.senders.delete(silent);
  }
}
