import type { BusMessage, ReceivedMessage } from '../bus/event-bus.js';
import { DEAD_LETTER_HEADERS, REPLAY_FOR_HEADER, REPLAYED_AT_HEADER, TYPE_HEADER } from '../headers.js';

/** A message that was given up, with the reason. */
export interface DeadLetter {
  readonly originTopic: string;
  readonly originPartition: string;
  readonly originOffset: string;
  /** Consumer group that gave up. */
  readonly group: string;
  /** Type of the event; empty when its producer did not say. */
  readonly type: string;
  readonly errorCode: string;
  readonly error: string;
  /** ISO 8601. */
  readonly failedAt: string;
  readonly attempts: number;
}

const NAMES: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_HEADERS));

/** Reads the headers of a message on `<topic>.dlq`. */
export function describeDeadLetter({ headers }: Pick<ReceivedMessage, 'headers'>, topic: string): DeadLetter {
  return {
    originTopic: headers[DEAD_LETTER_HEADERS.originTopic] ?? topic,
    originPartition: headers[DEAD_LETTER_HEADERS.originPartition] ?? '',
    originOffset: headers[DEAD_LETTER_HEADERS.originOffset] ?? '',
    group: headers[DEAD_LETTER_HEADERS.group] ?? '',
    type: headers[TYPE_HEADER] ?? '',
    errorCode: headers[DEAD_LETTER_HEADERS.errorCode] ?? '',
    error: headers[DEAD_LETTER_HEADERS.error] ?? '',
    failedAt: headers[DEAD_LETTER_HEADERS.failedAt] ?? '',
    attempts: Number(headers[DEAD_LETTER_HEADERS.attempts] ?? 0),
  };
}

/** The original message again, for its topic; only the group that gave up takes it. */
export function replayMessage(
  message: Pick<ReceivedMessage, 'key' | 'value' | 'headers'>,
  topic: string,
): BusMessage {
  const { originTopic, group } = describeDeadLetter(message, topic);
  const original = Object.entries(message.headers).filter(([name]) => !NAMES.has(name));
  return {
    topic: originTopic,
    key: message.key,
    value: message.value,
    headers: {
      ...Object.fromEntries(original),
      ...(group === '' ? {} : { [REPLAY_FOR_HEADER]: group }),
      [REPLAYED_AT_HEADER]: new Date().toISOString(),
    },
  };
}
