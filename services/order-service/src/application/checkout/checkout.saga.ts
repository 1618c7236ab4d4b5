import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { currentContext, runInContext, systemContext } from '@vici/utils';
import { newId } from '@vici/utils/domain';
import type { CheckoutContext, SagaRecord } from '../../domain/saga-record.js';
import { CheckoutSagaRepository, type Lease, type NewSaga } from '../ports/checkout-saga.repository.js';
import { CheckoutSettings } from './checkout-settings.js';
import { SagaCompletions } from './saga-completions.js';
import { SagaExecution } from './saga-execution.js';
import { LeaseLostError } from './saga-interruptions.js';
import { SagaMonitor } from './saga-monitor.js';
import { CheckoutSteps } from './steps/checkout-step.js';

/** Longest a stopping process waits for steps that are under way. */
const STOP_GRACE_MS = 5_000;

/**
 * Runs checkouts. A saga runs in one place at a time: within this process by sharing the run, among processes by a
 * lease in the database that lapses when its holder dies.
 */
@Injectable()
export class CheckoutSaga {
  private readonly active = new Map<string, Promise<SagaRecord | undefined>>();
  private begun = 0;
  private stopping = false;

  constructor(
    private readonly sagas: CheckoutSagaRepository,
    private readonly steps: CheckoutSteps,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: CheckoutSettings,
    private readonly monitor: SagaMonitor,
    private readonly completions: SagaCompletions,
  ) {}

  /** How many sagas run here now. */
  get activeCount(): number {
    return this.active.size;
  }

  /** How many runs have begun here since the start. */
  get runsBegun(): number {
    return this.begun;
  }

  /** Stores a new saga and begins to run it. Undefined: its intent or its user's key has one already. */
  async begin(saga: Omit<NewSaga, 'deadlineMs'>): Promise<SagaRecord | undefined> {
    const lease = this.newLease();
    const started = await this.sagas.start({ ...saga, deadlineMs: this.settings.deadlineMs }, lease);
    return this.launch(started, lease);
  }

  /** Begins another try of a saga that awaits one. Undefined: it does not any more. */
  async retry(saga: SagaRecord, context: CheckoutContext): Promise<SagaRecord | undefined> {
    const lease = this.newLease();
    const restarted = await this.sagas.restart(saga, context, this.settings.deadlineMs, lease);
    return this.launch(restarted, lease);
  }

  /**
   * Runs the saga until it rests or has to wait, if it is due and nobody else runs it; joins the run of this process.
   * Gives the record as it then was; undefined when it is somebody else's, or the run was interrupted.
   */
  run(sagaId: string): Promise<SagaRecord | undefined> {
    return (
      this.active.get(sagaId) ??
      this.track(sagaId, async () => {
        await this.completions.settled(sagaId);
        const lease = this.newLease();
        const saga = await this.sagas.acquire(sagaId, lease);
        return saga === undefined ? undefined : this.execute(saga, lease, false);
      })
    );
  }

  /** Takes sagas that are due and nobody runs, and begins to run them; gives how many. */
  async runDue(limit: number): Promise<number> {
    const lease = this.newLease();
    const due = this.stopping ? [] : await this.sagas.acquireDue(limit, lease);
    for (const saga of due) {
      void this.track(saga.id, () => this.execute(saga, lease, false));
    }
    return due.length;
  }

  /** Lets running steps end, begins no new ones, and hands the sagas over. */
  async stop(): Promise<void> {
    this.stopping = true;
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_GRACE_MS);
    });
    await Promise.race([Promise.allSettled(this.active.values()), grace]);
    clearTimeout(timer);
    await this.completions.flush();
  }

  private launch(saga: SagaRecord | undefined, lease: Lease): SagaRecord | undefined {
    if (saga !== undefined) {
      void this.track(saga.id, () => this.execute(saga, lease, true));
    }
    return saga;
  }

  private track(
    sagaId: string,
    work: () => Promise<SagaRecord | undefined>,
  ): Promise<SagaRecord | undefined> {
    this.begun += 1;
    const requestId = currentContext()?.requestId;
    const context = systemContext('order-service', requestId === undefined ? {} : { requestId });
    const run = runInContext(context, () => this.guard(sagaId, work)).finally(() => {
      if (this.active.get(sagaId) === run) {
        this.active.delete(sagaId);
      }
    });
    this.active.set(sagaId, run);
    return run;
  }

  /** A run that breaks off leaves its lease to lapse; the next one goes on from what is stored. */
  private async guard(
    sagaId: string,
    work: () => Promise<SagaRecord | undefined>,
  ): Promise<SagaRecord | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LeaseLostError) {
        this.monitor.leaseLost(sagaId);
      } else {
        this.monitor.interrupted(sagaId, error);
      }
      return undefined;
    }
  }

  private async execute(saga: SagaRecord, lease: Lease, certain: boolean): Promise<SagaRecord> {
    const tools = {
      sagas: this.sagas,
      steps: this.steps,
      unitOfWork: this.unitOfWork,
      monitor: this.monitor,
      completions: this.completions,
      isStopping: () => this.stopping,
    };
    const renewal = setInterval(() => void this.renew(saga.id, lease), lease.milliseconds / 3);
    try {
      return await new SagaExecution(tools, { saga }, lease, certain).toRest();
    } finally {
      clearInterval(renewal);
    }
  }

  private async renew(sagaId: string, lease: Lease): Promise<void> {
    try {
      await this.sagas.renew(sagaId, lease);
    } catch (error) {
      this.monitor.interrupted(sagaId, error);
    }
  }

  private newLease(): Lease {
    return { owner: newId(), milliseconds: this.settings.leaseMs };
  }
}
