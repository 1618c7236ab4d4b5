import { z } from 'zod';
import type { Topic } from './topics.js';

/** One type of event: where it travels, who makes it, and the only schema of its data. */
export interface EventDefinition<Type extends string, Schema extends z.ZodType> {
  readonly type: Type;
  /** A behaviour event travels on `user-events` and on its special topic; a domain event on one topic. */
  readonly topics: readonly [Topic, ...Topic[]];
  /** CloudEvents `source`, without the leading `vici/`. */
  readonly source: string;
  readonly version: number;
  readonly schema: Schema;
}

/** Declares a type of event; keeps the literal type name and the schema's exact type. */
export function defineEvent<const Type extends string, Schema extends z.ZodType>(
  definition: EventDefinition<Type, Schema>,
): EventDefinition<Type, Schema> {
  return definition;
}

/** Money on the wire: integer minor units and an ISO 4217 code. */
export const moneySchema = z.object({ amountMinor: z.int(), currency: z.string().length(3) });

export const id = z.uuid();
export const instant = z.iso.datetime();
