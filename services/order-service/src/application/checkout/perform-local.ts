import { isCommitRefused, type UnitOfWork } from '@vici/database';
import { type SagaRecord, withDone } from '../../domain/saga-record.js';
import type { CheckoutSagaRepository, Lease } from '../ports/checkout-saga.repository.js';
import { CancelledMeanwhile, LeaseLostError } from './saga-interruptions.js';
import type { CheckoutRun, CheckoutStep } from './steps/checkout-step.js';

/** What a local step is done with. */
export interface LocalTools {
  readonly sagas: CheckoutSagaRepository;
  readonly unitOfWork: UnitOfWork;
}

/**
 * Does a local step: its rows and events, and the advance of the saga, in one transaction. Mostly nobody has noted
 * anything on the saga meanwhile: then all of it goes to the database with the commit, which finds out whether that is so.
 * @returns the record as stored
 * @throws LeaseLostError; CancelledMeanwhile where an order was to be confirmed that somebody wants cancelled
 */
export async function performLocal(
  step: CheckoutStep,
  run: CheckoutRun,
  tools: LocalTools,
  lease: Lease,
): Promise<SagaRecord> {
  await step.prepare?.(run);
  return (await performUnnoted(step, run, tools, lease)) ?? (await performWatched(step, run, tools, lease));
}

/** Undefined: something was noted, or changed, and nothing was done. */
async function performUnnoted(
  step: CheckoutStep,
  run: CheckoutRun,
  { sagas, unitOfWork }: LocalTools,
  lease: Lease,
): Promise<SagaRecord | undefined> {
  try {
    return await unitOfWork.transaction(async () => {
      const advanced = await advance(step, run);
      await sagas.saveUnnoted(advanced, lease);
      return advanced;
    });
  } catch (error) {
    if (isCommitRefused(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Sees what was noted before it commits. */
function performWatched(
  step: CheckoutStep,
  run: CheckoutRun,
  { sagas, unitOfWork }: LocalTools,
  lease: Lease,
): Promise<SagaRecord> {
  // The order is read again, and locked: it may have been changed, and is locked before its saga everywhere.
  delete run.order;
  return unitOfWork.transaction(async () => {
    const stored = await sagas.save(await advance(step, run), lease, { kind: 'hold' });
    if (stored === undefined) {
      throw new LeaseLostError(`The lease of saga ${run.saga.id} is lost`);
    }
    const { cancelRequest } = stored;
    // The wish came before the order was confirmed: then it is not, and nobody is told that it were.
    if (step.name === 'confirm-order' && cancelRequest !== undefined) {
      throw new CancelledMeanwhile(cancelRequest);
    }
    return stored;
  });
}

async function advance(step: CheckoutStep, run: CheckoutRun): Promise<SagaRecord> {
  const { alsoDone = [] } = await step.action(run);
  return withDone(run.saga, [step.name, ...alsoDone]);
}
