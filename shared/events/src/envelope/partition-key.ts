import { type BehaviourType, isBehaviourType } from '../catalogue/index.js';
import type { DomainEvent } from './domain-event.js';

function isBehaviour(event: DomainEvent): event is DomainEvent<BehaviourType> {
  return isBehaviourType(event.type);
}

/** The key that keeps events in order: the shopper's for behaviour events, else the aggregate's. */
export function partitionKey(event: DomainEvent): string {
  return isBehaviour(event) ? (event.data.userId ?? event.data.sessionId) : event.subject;
}
