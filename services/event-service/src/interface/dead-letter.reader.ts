import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  type BusSubscription,
  deadLetterTopic,
  describeDeadLetter,
  EVENT_BUS,
  type EventBus,
  type ReceivedMessage,
  TOPICS,
} from '@vici/events';
import { BackgroundLoop, deterministicId, isUuid, Logger, Metrics } from '@vici/utils';
import { type ArrivedDeadLetter, DeadLetterLog } from '../application/dead-letters/dead-letter.log.js';
import { jsonIn } from './dead-letter-payload.js';

const GROUP = 'dead-letter-log';
const SUBSCRIBE_AGAIN_MS = 2_000;
const TIDY_MS = 3_600_000;
/** As long as the dead-letter topics keep them. */
const KEPT_MS = 30 * 86_400_000;

/** Reads the dead-letter topics of the whole system into the log, and forgets what the topics forget. */
@Injectable()
export class DeadLetterReader implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: BackgroundLoop;
  private subscription: BusSubscription | undefined;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly log: DeadLetterLog,
    logger: Logger,
    metrics: Metrics,
  ) {
    const waiting = { status: 'DEAD', oldestFirst: false } as const;
    metrics.gauge('dead_letters_waiting', 'Dead letters nobody has given back yet', [], async (gauge) =>
      gauge.set((await log.search(waiting, { page: 1, limit: 1 })).total),
    );
    const work = { name: 'the log of dead letters', service: 'event-service', everyMs: SUBSCRIBE_AGAIN_MS };
    this.loop = new BackgroundLoop({ ...work, run: () => this.round() }, logger);
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
    await this.subscription?.stop();
  }

  private async round(): Promise<number> {
    this.subscription ??= await this.bus.subscribe({
      group: GROUP,
      topics: Object.keys(TOPICS).map(deadLetterTopic),
      from: 'earliest',
      quiet: true,
      handle: (batch) => this.log.add(batch.map(toLetter)),
    });
    await this.log.deleteOlderThan(new Date(Date.now() - KEPT_MS));
    return TIDY_MS;
  }
}

function toLetter(message: ReceivedMessage): ArrivedDeadLetter {
  const { key, value, headers, timestamp, topic } = message;
  const {
    failedAt: told,
    attempts,
    originPartition,
    ...described
  } = describeDeadLetter(message, topic.replace(/\.dlq$/, ''));
  const failedAt = Number.isNaN(Date.parse(told)) ? new Date(timestamp).toISOString() : told;
  const { group, originTopic, originOffset } = described;
  const userId = personOf(value);
  return {
    ...described,
    type: clean(described.type),
    error: clean(described.error),
    failedAt,
    attempts: Number.isInteger(attempts) ? attempts : 0,
    originPartition: /^\d{1,9}$/.test(originPartition) ? originPartition : '0',
    // A replay of others puts it at the end of its topic again: by its origin it is still the same.
    id: deterministicId('dead-letter', group, originTopic, originPartition, originOffset, failedAt),
    key: clean(key),
    value,
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, clean(text)])),
    ...(userId !== undefined && { userId }),
  };
}

/** A dead letter may hold anything, Postgres takes no NUL in a text. */
function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** Whom an event is about, as far as it can be read. */
function personOf(value: string): string | undefined {
  const data = fieldOf(jsonIn(value), 'data');
  const userId = fieldOf(data, 'userId') ?? fieldOf(fieldOf(data, 'order'), 'userId');
  return typeof userId === 'string' && isUuid(userId) ? userId : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
