import type { CancelRequest } from '../../domain/saga-record.js';

/** Another run has taken the saga over: this one must not write any more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** The wish to cancel was noted before the transaction that confirms the order: that one must not commit. */
export class CancelledMeanwhile extends Error {
  override readonly name = 'CancelledMeanwhile';

  constructor(readonly request: CancelRequest) {
    super('The checkout was cancelled meanwhile');
  }
}
