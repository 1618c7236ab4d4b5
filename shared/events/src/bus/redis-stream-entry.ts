import { z } from 'zod';
import type { BusMessage, ReceivedMessage } from './event-bus.js';

/** An entry as Redis gives it: id and alternating field names and values; no fields = deleted. */
export const streamEntry = z.tuple([z.string(), z.array(z.string()).nullable()]);
export type StreamEntry = z.infer<typeof streamEntry>;

const headersSchema = z.record(z.string(), z.string());

/** Values of the fields key, value and headers, in the order in which the publish script takes them. */
export function encodeEntry(message: BusMessage): [key: string, value: string, headers: string] {
  return [message.key, message.value, JSON.stringify(message.headers)];
}

/**
 * The message in an entry. An entry that the bus did not write is passed on with what it has: the
 * consumer's schema rejects it to the dead letters, whereas an error here would block the topic.
 */
export function decodeEntry(topic: string, id: string, fields: readonly string[]): ReceivedMessage {
  const byName = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    byName.set(fields[index] ?? '', fields[index + 1] ?? '');
  }
  return {
    topic,
    key: byName.get('k') ?? '',
    value: byName.get('v') ?? '',
    headers: decodeHeaders(byName.get('h')),
    offset: id,
    partition: 0,
    timestamp: Number(id.split('-', 1)[0]),
  };
}

function decodeHeaders(json: string | undefined): Record<string, string> {
  if (json === undefined) return {};
  try {
    return headersSchema.parse(JSON.parse(json));
  } catch {
    // Not ours, see decodeEntry: the message goes on without headers.
    return {};
  }
}

/** Orders two stream ids (`milliseconds-sequence`) as Redis does: negative, zero or positive. */
export function compareStreamIds(left: string, right: string): number {
  const [leftMs = '0', leftSequence = '0'] = left.split('-');
  const [rightMs = '0', rightSequence = '0'] = right.split('-');
  const difference = BigInt(leftMs) - BigInt(rightMs) || BigInt(leftSequence) - BigInt(rightSequence);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
