import { Injectable } from '@nestjs/common';
import type { SagaRecord } from '../../domain/saga-record.js';
import { CheckoutSagaRepository, type HeldSaga, type Lease } from '../ports/checkout-saga.repository.js';
import { SagaMonitor } from './saga-monitor.js';

/** Far shorter than a lease: a saga whose completion is not stored by then is run again. */
const GATHER_MS = 100;

/**
 * Sagas with nothing left to do, stored as completed a few at a time. That they are is all there is to lose: each keeps its
 * lease, and when that lapses without it whoever takes the saga finds its last step done.
 */
@Injectable()
export class SagaCompletions {
  private gathered = new Map<string, HeldSaga>();
  private storing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sagas: CheckoutSagaRepository,
    private readonly monitor: SagaMonitor,
  ) {}

  /** Lets the saga rest, soon. */
  add({ id }: SagaRecord, { owner }: Lease): void {
    this.gathered.set(id, { id, owner });
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  /** Resolves when the saga, if its completion waits here, is stored. */
  async settled(sagaId: string): Promise<void> {
    if (this.gathered.has(sagaId)) await this.flush();
    else await this.storing;
  }

  /** Stores what has gathered. A failure is logged: the leases lapse. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const held = [...this.gathered.values()];
    this.gathered = new Map();
    const before = this.storing;
    const storing = this.store(held).finally(() => {
      if (this.storing === storing) this.storing = undefined;
    });
    this.storing = storing;
    await Promise.all([before, storing]);
  }

  private async store(held: readonly HeldSaga[]): Promise<void> {
    try {
      if (held.length > 0) await this.sagas.complete(held);
    } catch (error) {
      for (const { id } of held) this.monitor.interrupted(id, error);
    }
  }
}
