import type { UnitOfWork } from '@vici/database';
import { checkpoint, DomainError } from '@vici/utils/domain';
import {
  CHECKOUT_STEPS,
  isDone,
  isTransient,
  nextStep,
  nextStepToUndo,
  outcomeOfFailure,
  type SagaOutcome,
  type SagaRecord,
  type StepName,
} from '../../domain/saga-record.js';
import type { CheckoutSagaRepository, Lease, NextRun } from '../ports/checkout-saga.repository.js';
import { backOffMs } from './back-off.js';
import { codeOf, type SagaMonitor } from './saga-monitor.js';
import type { CheckoutRun, CheckoutStep, CheckoutSteps, StepResult } from './steps/checkout-step.js';

const EXPIRED: SagaOutcome = { kind: 'cancelled', reason: 'payment not finished in time', by: 'system' };

/** Another run has taken the saga over: this one must not write any more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** What an execution works with. */
export interface SagaTools {
  readonly sagas: CheckoutSagaRepository;
  readonly steps: CheckoutSteps;
  readonly unitOfWork: UnitOfWork;
  readonly monitor: SagaMonitor;
  isStopping(): boolean;
}

/**
 * One process's run of one saga under a lease: steps forward, or compensations backward, until the saga comes to
 * rest, has to wait, or the process stops. Remote calls happen outside transactions; what they gave and the advance
 * are stored in one statement. A crash anywhere leaves a row from which the next run goes on.
 */
export class SagaExecution {
  private held = true;

  /**
   * @param certain no earlier run can have begun the present step. Otherwise its outcome is unknown, and is found
   * out before anything is undone
   */
  constructor(
    private readonly tools: SagaTools,
    private readonly run: CheckoutRun,
    private readonly lease: Lease,
    private certain: boolean,
  ) {}

  /** Goes on until the lease is given up; gives the record as last stored. @throws LeaseLostError */
  async toRest(): Promise<SagaRecord> {
    while (this.held && !this.tools.isStopping()) {
      await this.turn();
    }
    if (this.held) {
      await this.store(this.run.saga, { kind: 'after', milliseconds: 0 });
    }
    return this.run.saga;
  }

  private async turn(): Promise<void> {
    const { saga } = this.run;
    switch (saga.state) {
      case 'running':
        return this.forward();
      case 'compensating':
        return this.backward();
      case 'awaiting_retry':
        return this.leaveRetry(saga);
      case 'completed':
        return saga.cancelRequest === undefined
          ? this.store(saga, { kind: 'never' })
          : this.undo({ kind: 'cancelled', ...saga.cancelRequest });
      case 'cancelled':
        return this.returnLatePayment(saga);
    }
  }

  private async forward(): Promise<void> {
    const { saga } = this.run;
    const name = nextStep(saga);
    if (name === undefined) {
      return this.rest({ ...saga, state: 'completed' }, { kind: 'never' });
    }
    const step = this.tools.steps.get(name);
    const reason = reasonToUndo(saga);
    return reason === undefined ? this.perform(step) : this.turnBack(step, reason);
  }

  private async perform(step: CheckoutStep): Promise<void> {
    await checkpoint(`order.saga.before-${step.name}`);
    let stored: SagaRecord;
    try {
      stored = step.kind === 'local' ? await this.performLocal(step) : await this.performRemote(step);
    } catch (error) {
      return this.failed(step.name, error);
    }
    this.accept(stored);
    await checkpoint(`order.saga.after-${step.name}`);
  }

  private async performLocal(step: CheckoutStep): Promise<SagaRecord> {
    await step.prepare?.(this.run);
    return this.tools.unitOfWork.transaction(async () => this.write(step, await step.action(this.run)));
  }

  /**
   * A local step that follows stores the advance with its own: dying between them is dying before it was stored, and
   * that leaves one remote step of unknown outcome, as ever.
   */
  private async performRemote(step: CheckoutStep): Promise<SagaRecord> {
    const result = await step.action(this.run);
    const advanced = withDone(this.run.saga, [step.name, ...(result.alsoDone ?? [])]);
    const next = nextStep(advanced);
    const storedWithNext = next !== undefined && this.tools.steps.get(next).kind === 'local';
    return storedWithNext ? advanced : this.write(step, result);
  }

  private async write(step: CheckoutStep, result: StepResult): Promise<SagaRecord> {
    const advanced = withDone(this.run.saga, [step.name, ...(result.alsoDone ?? [])]);
    return nextStep(advanced) === undefined
      ? this.save({ ...advanced, state: 'completed' }, { kind: 'never' })
      : this.save(advanced, { kind: 'hold' });
  }

  private async failed(step: StepName, error: unknown): Promise<void> {
    const { saga } = this.run;
    if (error instanceof LeaseLostError) {
      throw error;
    }
    if (isTransient(error) || !(error instanceof DomainError)) {
      return this.postpone(step, error);
    }
    if (isDone(saga, 'confirm-order')) {
      this.tools.monitor.skipped(saga, step, error);
      return this.store(withDone(saga, [step]), { kind: 'hold' });
    }
    this.tools.monitor.refused(saga, step, error);
    return this.undo(outcomeOfFailure(saga, step, error));
  }

  /** Somebody wants out, or time is up: first make sure of what the present step has done. */
  private async turnBack(step: CheckoutStep, reason: SagaOutcome): Promise<void> {
    let effect: 'done' | 'not-done';
    try {
      effect = await this.effectOf(step);
    } catch (error) {
      return this.postpone(step.name, error);
    }
    const saga = effect === 'done' ? withDone(this.run.saga, [step.name]) : this.run.saga;
    // The money came in the last moment: an order that is paid is not cancelled for being late.
    if (reason === EXPIRED && isDone(saga, 'capture-payment')) {
      return this.store(saga, { kind: 'hold' });
    }
    this.run.saga = saga;
    return this.undo(reason);
  }

  private async effectOf(step: CheckoutStep): Promise<'done' | 'not-done'> {
    if (this.certain || step.kind === 'local') {
      return 'not-done';
    }
    return step.resolveUnknown === undefined ? 'done' : step.resolveUnknown(this.run);
  }

  private undo(outcome: SagaOutcome): Promise<void> {
    return this.store({ ...this.run.saga, state: 'compensating', outcome, failures: 0 }, { kind: 'hold' });
  }

  private async backward(): Promise<void> {
    const { saga } = this.run;
    const name = nextStepToUndo(saga);
    if (name === undefined) {
      return this.settle(saga);
    }
    const step = this.tools.steps.get(name);
    if (step.compensate === undefined) {
      this.run.saga = withoutDone(saga, [name]);
      return;
    }
    await checkpoint(`order.saga.before-undo-${name}`);
    let undone: SagaRecord;
    try {
      const { alsoUndone = [], refundId } = await step.compensate(this.run);
      undone = withoutDone(saga, [name, ...alsoUndone]);
      undone = refundId === undefined ? undone : { ...undone, refundId };
    } catch (error) {
      return this.postpone(name, error);
    }
    await this.store({ ...undone, failures: 0 }, { kind: 'hold' });
    await checkpoint(`order.saga.after-undo-${name}`);
  }

  private async settle(saga: SagaRecord): Promise<void> {
    const ended = saga.outcome?.kind === 'cancelled';
    const rested: SagaRecord = { ...saga, state: ended ? 'cancelled' : 'awaiting_retry', failures: 0 };
    await checkpoint('order.saga.before-settle');
    let stored: SagaRecord;
    try {
      stored = await this.tools.unitOfWork.transaction(async () => {
        await this.tools.steps.settle(this.run);
        return this.save(rested, { kind: ended ? 'never' : 'deadline' });
      });
    } catch (error) {
      return this.settleFailed(error);
    }
    this.accept(stored);
    await checkpoint('order.saga.after-settle');
  }

  private settleFailed(error: unknown): Promise<void> {
    if (error instanceof LeaseLostError) {
      throw error;
    }
    return this.postpone('create-order', error);
  }

  private leaveRetry(saga: SagaRecord): Promise<void> {
    if (saga.cancelRequest !== undefined) {
      return this.undo({ kind: 'cancelled', ...saga.cancelRequest });
    }
    if (saga.paid) {
      const { outcome: _declined, ...rest } = saga;
      const doneSteps = saga.doneSteps.filter((step) => step === 'claim-intent');
      const paid = withDone({ ...rest, doneSteps }, ['capture-payment']);
      return this.store({ ...paid, state: 'running', attempt: saga.attempt + 1 }, { kind: 'hold' });
    }
    return saga.overdue ? this.undo(EXPIRED) : this.store(saga, { kind: 'deadline' });
  }

  /** Money that arrived for an order that is cancelled goes back. */
  private returnLatePayment(saga: SagaRecord): Promise<void> {
    if (saga.paid && saga.refundId === undefined) {
      return this.store(withDone({ ...saga, state: 'compensating' }, ['capture-payment']), { kind: 'hold' });
    }
    return this.store(saga, { kind: 'never' });
  }

  private async postpone(step: StepName, error: unknown): Promise<void> {
    const { saga } = this.run;
    const milliseconds = backOffMs(saga.failures);
    const later = { ...saga, failures: saga.failures + 1, lastError: codeOf(error) };
    this.tools.monitor.postponed(later, step, error, milliseconds);
    await this.store(later, { kind: 'after', milliseconds });
  }

  private async rest(saga: SagaRecord, next: NextRun): Promise<void> {
    this.accept(await this.save(saga, next));
  }

  private async store(saga: SagaRecord, next: NextRun): Promise<void> {
    this.run.saga = await this.save(saga, next);
    this.held = next.kind === 'hold';
  }

  private accept(stored: SagaRecord): void {
    this.run.saga = stored;
    this.certain = true;
    if (stored.state !== 'running' && stored.state !== 'compensating') {
      this.held = false;
      this.tools.monitor.rested(stored);
    }
  }

  private async save(saga: SagaRecord, next: NextRun): Promise<SagaRecord> {
    const stored = await this.tools.sagas.save(saga, this.lease, next);
    if (stored === undefined) {
      throw new LeaseLostError(`The lease of saga ${saga.id} is lost`);
    }
    return stored;
  }
}

function reasonToUndo(saga: SagaRecord): SagaOutcome | undefined {
  if (saga.cancelRequest !== undefined) {
    return { kind: 'cancelled', ...saga.cancelRequest };
  }
  const unpaid = !saga.paid && !isDone(saga, 'capture-payment');
  return saga.overdue && unpaid ? EXPIRED : undefined;
}

function withDone(saga: SagaRecord, steps: readonly StepName[]): SagaRecord {
  const done = new Set([...saga.doneSteps, ...steps]);
  return { ...saga, doneSteps: CHECKOUT_STEPS.filter((step) => done.has(step)), failures: 0 };
}

function withoutDone(saga: SagaRecord, steps: readonly StepName[]): SagaRecord {
  return { ...saga, doneSteps: saga.doneSteps.filter((step) => !steps.includes(step)) };
}
