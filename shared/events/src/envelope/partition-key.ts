import { BEHAVIOUR_TYPES, type BehaviourType } from '../catalogue/index.js';
import type { DomainEvent } from './domain-event.js';

const behaviourTypes: ReadonlySet<string> = new Set(BEHAVIOUR_TYPES);

function isBehaviour(event: DomainEvent): event is DomainEvent<BehaviourType> {
  return behaviourTypes.has(event.type);
}

/** The key that keeps events in order: the shopper's for behaviour events, else the aggregate's. */
export function partitionKey(event: DomainEvent): string {
  return isBehaviour(event) ? (event.data.userId ?? event.data.sessionId) : event.subject;
}
