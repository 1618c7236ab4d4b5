import { DomainError } from './errors.js';

/** The allowed life of an entity, checked in one place. */
export interface StateMachine<S extends string> {
  /** Whether the step is allowed. Staying in a state is a step like any other: allowed only when listed. */
  can(from: S, to: S): boolean;
  /** Throws INVALID_TRANSITION with details `{from, to, allowed}` when the step is not allowed. */
  assert(from: S, to: S): void;
  /** Whether no step leads out of the state. */
  isFinal(state: S): boolean;
}

/**
 * Defines a state machine from the table of its transitions.
 * @param name what moves through the states, as a person reads it ("order", "payment intent")
 */
export function defineStateMachine<S extends string>(
  name: string,
  transitions: Readonly<Record<S, readonly S[]>>,
): StateMachine<S> {
  const can = (from: S, to: S): boolean => transitions[from].includes(to);
  return {
    can,
    assert(from, to) {
      if (!can(from, to)) {
        throw new DomainError('INVALID_TRANSITION', `A ${name} cannot go from ${from} to ${to}.`, {
          from,
          to,
          allowed: [...transitions[from]],
        });
      }
    },
    isFinal: (state) => transitions[state].length === 0,
  };
}
