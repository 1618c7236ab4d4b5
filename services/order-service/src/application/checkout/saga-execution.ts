import type { UnitOfWork } from '@vici/database';
import { checkpoint, DomainError } from '@vici/utils/domain';
import {
  EXPIRED,
  isDone,
  isTransient,
  nextStep,
  nextStepToUndo,
  outcomeOfFailure,
  reasonToUndo,
  type SagaOutcome,
  type SagaRecord,
  type StepName,
  withDone,
  withoutDone,
} from '../../domain/saga-record.js';
import type { CheckoutSagaRepository, Lease, NextRun } from '../ports/checkout-saga.repository.js';
import { backOffMs } from './back-off.js';
import { performLocal } from './perform-local.js';
import type { SagaCompletions } from './saga-completions.js';
import { CancelledMeanwhile, LeaseLostError } from './saga-interruptions.js';
import { codeOf, type SagaMonitor } from './saga-monitor.js';
import type { CheckoutRun, CheckoutStep, CheckoutSteps } from './steps/checkout-step.js';
import { foundOut, perhapsDoneAfter } from './unknown-outcomes.js';

/** What an execution works with. */
export interface SagaTools {
  readonly sagas: CheckoutSagaRepository;
  readonly steps: CheckoutSteps;
  readonly unitOfWork: UnitOfWork;
  readonly monitor: SagaMonitor;
  readonly completions: SagaCompletions;
  isStopping(): boolean;
}

/**
 * One process's run of one saga under a lease: steps forward, or compensations backward, until the saga comes to
 * rest, has to wait, or the process stops. Remote calls happen outside transactions. A crash anywhere leaves a row from
 * which the next run goes on.
 */
export class SagaExecution {
  private held = true;
  private leaseSureUntil: number;

  /**
   * @param certain no earlier run can have begun what is not stored as done. Otherwise the outcome of the next steps is
   * unknown, and is found out before anything is undone
   */
  constructor(
    private readonly tools: SagaTools,
    private readonly run: CheckoutRun,
    private readonly lease: Lease,
    private certain: boolean,
  ) {
    this.leaseSureUntil = this.halfALeaseFromNow();
  }

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
    // A process that stood still may have lost its lease: nothing is asked of others before that is sure.
    if (step.kind === 'remote' && performance.now() >= this.leaseSureUntil) {
      return this.store(this.run.saga, { kind: 'hold' });
    }
    try {
      await (step.kind === 'local' ? this.performLocal(step) : this.performRemote(step));
    } catch (error) {
      return this.failed(step.name, error);
    }
    await checkpoint(`order.saga.after-${step.name}`);
  }

  private async performLocal(step: CheckoutStep): Promise<void> {
    this.leaseSureUntil = this.halfALeaseFromNow();
    this.accept(await performLocal(step, this.run, this.tools, this.lease));
  }

  /**
   * What remote steps gave is stored by the local step after them, with what that one writes. Dying before leaves all of
   * them of unknown outcome: going on does them again, going back finds out first.
   */
  private async performRemote(step: CheckoutStep): Promise<void> {
    const result = await step.action(this.run);
    const advanced = withDone(this.run.saga, [step.name, ...(result.alsoDone ?? [])]);
    if (nextStep(advanced) === undefined) {
      this.tools.completions.add(advanced, this.lease);
      this.accept({ ...advanced, state: 'completed' });
    } else {
      this.run.saga = advanced;
    }
  }

  private async failed(step: StepName, error: unknown): Promise<void> {
    const { saga } = this.run;
    if (error instanceof LeaseLostError) {
      throw error;
    }
    if (error instanceof CancelledMeanwhile) {
      return this.undo({ kind: 'cancelled', ...error.request });
    }
    if (isTransient(error) || !(error instanceof DomainError)) {
      return this.postpone(step, error);
    }
    if (isDone(saga, 'confirm-order')) {
      this.tools.monitor.skipped(saga, step, error);
      return this.store(withDone(saga, [step]), { kind: 'hold' });
    }
    this.tools.monitor.refused(saga, step, error);
    this.run.saga = withDone(saga, perhapsDoneAfter(step, this.unknownSteps()));
    return this.undo(outcomeOfFailure(saga, step, error));
  }

  /** Somebody wants out, or time is up: first make sure of what was done and not stored. */
  private async turnBack(step: CheckoutStep, reason: SagaOutcome): Promise<void> {
    let saga: SagaRecord;
    try {
      saga = await foundOut(this.unknownSteps(), this.run);
    } catch (error) {
      return this.postpone(step.name, error);
    }
    // The money came in the last moment: an order that is paid is not cancelled for being late.
    if (reason === EXPIRED && isDone(saga, 'capture-payment')) {
      return this.store(saga, { kind: 'hold' });
    }
    this.run.saga = saga;
    return this.undo(reason);
  }

  /** The steps whose outcome an earlier run may have left unknown, in their order. */
  private unknownSteps(): readonly CheckoutStep[] {
    return this.certain ? [] : this.tools.steps.storedTogether(this.run.saga);
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

  private halfALeaseFromNow(): number {
    return performance.now() + this.lease.milliseconds / 2;
  }

  private async save(saga: SagaRecord, next: NextRun): Promise<SagaRecord> {
    this.leaseSureUntil = this.halfALeaseFromNow();
    const stored = await this.tools.sagas.save(saga, this.lease, next);
    if (stored === undefined) {
      throw new LeaseLostError(`The lease of saga ${saga.id} is lost`);
    }
    return stored;
  }
}
