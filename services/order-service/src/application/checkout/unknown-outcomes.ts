import { type SagaRecord, type StepName, withDone } from '../../domain/saga-record.js';
import type { CheckoutRun, CheckoutStep } from './steps/checkout-step.js';

/** The record with those of the steps as done that were, or may have been. @throws when that cannot be found out now */
export async function foundOut(unknown: readonly CheckoutStep[], run: CheckoutRun): Promise<SagaRecord> {
  let { saga } = run;
  for (const step of unknown) {
    const effect = await step.resolveUnknown?.({ ...run, saga });
    // Steps are begun one after the other: those after it were not.
    if (effect === 'not-done') break;
    saga = withDone(saga, [step.name]);
  }
  return saga;
}

/** Steps that an earlier run may have done after the one that is refused now, and that are harmless to undo. */
export function perhapsDoneAfter(refused: StepName, unknown: readonly CheckoutStep[]): StepName[] {
  return unknown
    .filter(({ name, resolveUnknown }) => name !== refused && resolveUnknown === undefined)
    .map(({ name }) => name);
}
