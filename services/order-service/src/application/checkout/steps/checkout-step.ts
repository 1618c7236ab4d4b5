import type { Order } from '../../../domain/order.entity.js';
import { CHECKOUT_STEPS, isDone, type SagaRecord, type StepName } from '../../../domain/saga-record.js';

/** One run of a saga by one process: the record and what was learned on the way and need not be read again. */
export interface CheckoutRun {
  saga: SagaRecord;
  order?: Order;
  orderNumber?: string;
}

/** What a step did beyond its own name. */
export interface StepResult {
  /** Steps that turned out to be done as well. */
  readonly alsoDone?: readonly StepName[];
}

/** What a compensation undid. */
export interface Undone {
  /** Earlier steps it undid with its own. */
  readonly alsoUndone?: readonly StepName[];
  readonly refundId?: string;
}

/** A step of the checkout: its action and, beside it, what takes it back. Each can be repeated. */
export interface CheckoutStep {
  readonly name: StepName;

  /**
   * remote: calls another service, outside any transaction; its outcome is unknown after a failure, and until a local
   * step stores it after the death of the process.
   * local: rows and events only, in one transaction with the saga's advance; done or not, nothing in between.
   */
  readonly kind: 'remote' | 'local';

  /** Before the transaction of a local step. */
  prepare?(run: CheckoutRun): Promise<void>;

  /** @throws DomainError a definite refusal; anything else leaves the outcome unknown and is tried again */
  action(run: CheckoutRun): Promise<StepResult>;

  /** Takes the action back. */
  compensate?(run: CheckoutRun): Promise<Undone>;

  /** What is written of the outcome, in the transaction that stores the saga's rest or end. */
  settle?(run: CheckoutRun): Promise<void>;

  /**
   * Finds out, before the saga is undone, whether an action of unknown outcome took effect, and sees to it that it
   * cannot any more. Missing: the compensation is harmless where the action never happened.
   */
  resolveUnknown?(run: CheckoutRun): Promise<'done' | 'not-done'>;
}

/** All steps of the checkout by name. */
export class CheckoutSteps {
  private readonly byName: ReadonlyMap<StepName, CheckoutStep>;

  constructor(private readonly steps: readonly CheckoutStep[]) {
    this.byName = new Map(steps.map((step) => [step.name, step]));
  }

  get(name: StepName): CheckoutStep {
    const step = this.byName.get(name);
    if (step === undefined) {
      throw new Error(`The checkout has no step ${name}`);
    }
    return step;
  }

  /** The steps that are left, in their order. */
  ahead(saga: SagaRecord): CheckoutStep[] {
    return CHECKOUT_STEPS.filter((name) => !isDone(saga, name)).map((name) => this.get(name));
  }

  /** The remote steps that are next, up to the local one that stores what they gave. */
  storedTogether(saga: SagaRecord): readonly CheckoutStep[] {
    const ahead = this.ahead(saga);
    const local = ahead.findIndex(({ kind }) => kind === 'local');
    return local === -1 ? ahead : ahead.slice(0, local);
  }

  /** Lets every step write what the outcome means for it. */
  async settle(run: CheckoutRun): Promise<void> {
    for (const step of this.steps) {
      await step.settle?.(run);
    }
  }
}
