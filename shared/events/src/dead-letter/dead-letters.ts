import { isDomainError, type Logger, redact } from '@vici/utils';
import type { EventBus, ReceivedMessage } from '../bus/event-bus.js';
import { deadLetterTopic } from '../catalogue/index.js';
import type { ConsumerMetrics } from '../consumer/consumer.metrics.js';
import type { GivenUp } from '../consumer/retries.js';
import { DEAD_LETTER_HEADERS } from '../headers.js';

const MAX_ERROR_LENGTH = 300;

/** Puts what could not be handled on the dead-letter topic of its topic, with the reason and its origin. */
export class DeadLetters {
  constructor(
    private readonly bus: EventBus,
    private readonly logger: Logger,
    private readonly metrics: ConsumerMetrics,
  ) {}

  /** Durable when resolved. */
  async put(message: ReceivedMessage, group: string, { error, attempts }: GivenUp): Promise<void> {
    const headers = {
      ...message.headers,
      [DEAD_LETTER_HEADERS.originTopic]: message.topic,
      [DEAD_LETTER_HEADERS.originPartition]: String(message.partition),
      [DEAD_LETTER_HEADERS.originOffset]: message.offset,
      [DEAD_LETTER_HEADERS.group]: group,
      [DEAD_LETTER_HEADERS.errorCode]: errorCode(error),
      [DEAD_LETTER_HEADERS.error]: errorSentence(error),
      [DEAD_LETTER_HEADERS.failedAt]: new Date().toISOString(),
      [DEAD_LETTER_HEADERS.attempts]: String(attempts),
    };
    const { key, value } = message;
    await this.bus.publish([{ topic: deadLetterTopic(message.topic), key, value, headers }]);
    this.metrics.deadLetter(group, message.topic);
    this.logger.error('message could not be handled and is a dead letter now', {
      group,
      topic: message.topic,
      partition: message.partition,
      offset: message.offset,
      attempts,
      error,
    });
  }
}

function errorCode(error: unknown): string {
  if (isDomainError(error)) return error.code;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[A-Z0-9_]{2,40}$/.test(code) ? code : 'INTERNAL';
}

function errorSentence(error: unknown): string {
  const safe = redact(error instanceof Error ? error.message : String(error));
  return String(safe).replace(/\s+/g, ' ').slice(0, MAX_ERROR_LENGTH);
}
