export { holdsCardNumber, passesLuhn } from './card-number.js';
export { type CheckpointListener, checkpoint, onCheckpoint } from './checkpoint.js';
export { Clock, SystemClock } from './clock.js';
export { currencyExponent } from './currency.js';
export {
  DomainError,
  ERROR_TABLE,
  type ErrorCode,
  type ErrorDetails,
  type ErrorMapping,
  type FieldFault,
  invalidField,
  invalidFields,
  isDomainError,
  isErrorCode,
  notFound,
} from './errors.js';
export { deterministicId, type Id, isUuid, newId, parseId } from './ids.js';
export { Money, roundHalfEven } from './money.js';
export { isAllowed, type Permission, type Role } from './permissions.js';
export { defineStateMachine, type StateMachine } from './state-machine.js';
export { statedWeight } from './stated-weight.js';
