import { Ajv, type ValidateFunction } from 'ajv';
import { z } from 'zod';
import {
  type BehaviourType,
  EVENT_CATALOGUE,
  type EventData,
  type EventType,
  isBehaviourType,
} from '../catalogue/index.js';

/** Named formats come with the pattern that zod tests. */
const compiler = new Ajv({ validateFormats: false, strict: false });
const checks = new Map<BehaviourType, ValidateFunction>();

/**
 * Whether the schema of the type would give `data` back as it is: the fields it knows and no others. The schema of the
 * catalogue in compiled form, a tenth of the work; whoever gets `false` asks the schema itself, which says why, or takes
 * what is left without the fields it does not know.
 */
export function fitsBehaviour<T extends BehaviourType>(type: T, data: unknown): data is EventData<T> {
  return checkOf(type)(data);
}

/** Compiles the checks of these types: some ten milliseconds each, which are to pass before the first event comes. */
export function compileBehaviourChecks(types: Iterable<EventType>): void {
  for (const type of types) if (isBehaviourType(type)) checkOf(type);
}

function checkOf(type: BehaviourType): ValidateFunction {
  const known = checks.get(type);
  if (known !== undefined) return known;
  const check = compiler.compile(z.toJSONSchema(EVENT_CATALOGUE[type].schema, { target: 'draft-7' }));
  checks.set(type, check);
  return check;
}
