import type { BusMessage, BusSubscription, EventBus, ReceivedMessage } from '../bus/event-bus.js';
import { deadLetterTopic } from '../catalogue/index.js';
import { type DeadLetter, describeDeadLetter, replayMessage } from './dead-letter.js';

/** Remembers what has been replayed. */
export const REPLAY_GROUP = 'dead-letter-replay';

const CHECK_MS = 100;
/** Nothing came for so long: somebody else replays the same topic. */
const IDLE_LIMIT_MS = 30_000;

/** Which dead letters to replay. */
export type DeadLetterFilter = (letter: DeadLetter) => boolean;

/**
 * Gives the dead letters of `topic` that have not been replayed back to their topic, each once, oldest
 * first. Those the filter refuses stay dead letters (at the end of the queue) for a later replay. What has
 * become a dead letter while this runs may be left for the next run.
 * @throws Error when another replay holds the topic, or the bus fails; running it again goes on from there.
 */
export async function replayDeadLetters(
  bus: EventBus,
  topic: string,
  filter: DeadLetterFilter = () => true,
): Promise<{ replayed: number }> {
  const source = deadLetterTopic(topic);
  const waiting = (await bus.lag(REPLAY_GROUP, [source]))[source] ?? 0;
  if (waiting === 0) return { replayed: 0 };
  const replay = new Replay(bus, topic, filter, waiting);
  const subscription = await bus.subscribe({
    group: REPLAY_GROUP,
    topics: [source],
    from: 'earliest',
    handle: (batch) => replay.handle(batch),
  });
  try {
    await replay.finished(source);
  } finally {
    await stop(subscription, replay);
  }
  return { replayed: replay.replayed };
}

async function stop(subscription: BusSubscription, replay: Replay): Promise<void> {
  replay.close();
  await subscription.stop();
}

/** One run over the letters that wait at its start. */
class Replay {
  replayed = 0;
  private seen = 0;
  private lastProgress = Date.now();
  private closed = false;

  constructor(
    private readonly bus: EventBus,
    private readonly topic: string,
    private readonly filter: DeadLetterFilter,
    private readonly waiting: number,
  ) {}

  close(): void {
    this.closed = true;
  }

  async handle(batch: readonly ReceivedMessage[]): Promise<void> {
    if (this.closed || this.seen >= this.waiting) throw new Error('this replay has ended');
    const accepted = batch.filter((message) => this.filter(describeDeadLetter(message, this.topic)));
    const refused = batch.filter((message) => !accepted.includes(message));
    await this.bus.publish([
      ...accepted.map((message) => replayMessage(message, this.topic)),
      ...refused.map(keep),
    ]);
    this.replayed += accepted.length;
    this.seen += batch.length;
    this.lastProgress = Date.now();
  }

  /** Resolves when every letter that waited has been seen. */
  async finished(source: string): Promise<void> {
    while (this.seen < this.waiting) {
      await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
      if (((await this.bus.lag(REPLAY_GROUP, [source]))[source] ?? 0) === 0) return;
      if (Date.now() - this.lastProgress > IDLE_LIMIT_MS) {
        throw new Error(`no dead letter of ${this.topic} came for 30 s; is another replay running?`);
      }
    }
  }
}

function keep({ topic, key, value, headers }: ReceivedMessage): BusMessage {
  return { topic, key, value, headers };
}
