import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '@vici/database';
import { createCheckedEvent, EVENT_CATALOGUE, isBehaviourType } from '@vici/events';
import { invalidField } from '@vici/utils';
import { z } from 'zod';
import type { BehaviourEvent } from './check-event.js';
import {
  type ArchivePosition,
  type ArchiveRange,
  EventQueries,
  type StoredEvent,
} from './event-queries.port.js';

const MAX_PAGE = 5_000;
const DEFAULT_PAGE = 1_000;
const positionSchema = z.object({ at: z.iso.datetime(), id: z.uuid() });

/** Which part of the archive is read. */
export interface ReadRange extends ArchiveRange {
  readonly eventTypes: readonly string[];
  /** Zero means 1,000. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of the archive as it was published. */
export interface EventPage {
  readonly events: readonly BehaviourEvent[];
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
}

/** Reads a time range of the archive, oldest first, as the events it was made from. */
@Injectable()
export class ReadEvents {
  constructor(private readonly queries: EventQueries) {}

  /** @throws DomainError VALIDATION_FAILED naming the faulty field */
  async execute({ from, to, eventTypes, limit, cursor }: ReadRange): Promise<EventPage> {
    requireOrder({ from, to });
    const unknown = eventTypes.find((type) => !isBehaviourType(type));
    if (unknown !== undefined) throw invalidField('eventTypes', 'must be types of behaviour');
    if (limit < 0 || limit > MAX_PAGE) throw invalidField('limit', `must be from 1 to ${MAX_PAGE}`);
    const size = limit === 0 ? DEFAULT_PAGE : limit;
    const found = await this.queries.read({ from, to }, eventTypes, positionOf(cursor), size);
    const last = found.at(-1);
    return {
      events: found.map(asPublished),
      ...(found.length === size && last !== undefined && { nextCursor: cursorOf(last) }),
    };
  }
}

/** @throws DomainError VALIDATION_FAILED when a range ends before it begins */
export function requireOrder({ from, to }: ArchiveRange): void {
  if (from.getTime() >= to.getTime()) throw invalidField('to', 'must be after from');
}

/** The place of an event, opaque. */
export function cursorOf({ receivedAt, id }: ArchivePosition): string {
  return encodeCursor({ at: receivedAt.toISOString(), id });
}

/** @throws DomainError VALIDATION_FAILED naming `cursor` */
export function positionOf(cursor: string | undefined): ArchivePosition | undefined {
  if (cursor === undefined) return undefined;
  const { at, id } = decodeCursor(cursor, positionSchema);
  return { receivedAt: new Date(at), id };
}

function asPublished({ id, eventType, data, occurredAt }: StoredEvent): BehaviourEvent {
  if (!isBehaviourType(eventType))
    throw new Error(`The archive holds an event of the unknown type ${eventType}`);
  const checked = EVENT_CATALOGUE[eventType].schema.parse(data);
  const subject = checked.userId ?? checked.sessionId;
  return createCheckedEvent(eventType, { id, subject, time: occurredAt, data: checked });
}
