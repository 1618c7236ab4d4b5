import { EVENT_CATALOGUE, type EventData, type EventType, isBehaviourType } from '../catalogue/index.js';
import { fitsBehaviour } from './fits-behaviour.js';

/** Whether the catalogue has this type. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_CATALOGUE, type);
}

/**
 * Checks `data` against the schema of the type and returns it with the fields the schema knows.
 * @throws ZodError when it does not fit.
 */
export function parseData<T extends EventType>(type: T, data: unknown): EventData<T> {
  // Most are as they should be, and there are many of them.
  if (isBehaviourType(type) && fitsBehaviour(type, data)) return data as EventData<T>;
  return EVENT_CATALOGUE[type].schema.parse(data) as EventData<T>;
}
