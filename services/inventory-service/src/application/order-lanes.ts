import { AsyncLocalStorage } from 'node:async_hooks';
import { isDomainError } from '@vici/utils/domain';

/** What came of one order of a group: its result, or the error that is its own and nobody else's. */
export type Outcome<R> = { readonly result: R } | { readonly error: Error };

/** Serves the orders of a group together; one outcome each, in their order. */
export type ServeGroup<T, R> = (group: readonly T[]) => Promise<readonly Outcome<R>[]>;

interface Waiting<T, R> {
  readonly order: T;
  /** Goes on as the request that brought the order: its trace, its caller. */
  readonly asRequest: <Value>(work: () => Value) => Value;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A few lanes for many orders. An order that finds a lane free is served at once, by itself; those that come while all
 * lanes are busy wait, and the next free lane takes them together. So a rush needs few transactions, however many come,
 * and few wait for the database itself. Two requests for the same order are never in one group.
 */
export class OrderLanes<T extends { readonly orderId: string }, R> {
  private waiting: Waiting<T, R>[] = [];
  private lanes = 0;

  constructor(
    private readonly serve: ServeGroup<T, R>,
    private readonly limits: { readonly lanes: number; readonly group: number },
  ) {}

  /** Serves the order with those that wait beside it; its own error is thrown. */
  async take(order: T): Promise<R> {
    const asRequest = AsyncLocalStorage.snapshot();
    const served = new Promise<R>((resolve, reject) => {
      this.waiting.push({ order, asRequest, resolve, reject });
    });
    if (this.lanes < this.limits.lanes) void this.run();
    return await served;
  }

  private async run(): Promise<void> {
    this.lanes += 1;
    while (this.waiting.length > 0) await this.serveGroup(this.nextGroup());
    this.lanes -= 1;
  }

  /** The longest waiting ones, each order once. */
  private nextGroup(): Waiting<T, R>[] {
    const group = new Map<string, Waiting<T, R>>();
    const left: Waiting<T, R>[] = [];
    for (const one of this.waiting) {
      const { orderId } = one.order;
      if (group.size < this.limits.group && !group.has(orderId)) group.set(orderId, one);
      else left.push(one);
    }
    this.waiting = left;
    return [...group.values()];
  }

  private async serveGroup(group: readonly Waiting<T, R>[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    try {
      const outcomes = await first.asRequest(() => this.serve(group.map(({ order }) => order)));
      group.forEach((waiting, index) => {
        settle(waiting, outcomes[index]);
      });
    } catch (error) {
      if (group.length === 1 || isUnavailable(error)) for (const { reject } of group) reject(error);
      // What one of them brings about is not the failure of the others.
      else for (const waiting of group) await this.serveGroup([waiting]);
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return isDomainError(error) && error.code === 'SERVICE_UNAVAILABLE';
}

function settle<T, R>({ resolve, reject }: Waiting<T, R>, outcome: Outcome<R> | undefined): void {
  if (outcome === undefined) reject(new Error('An order of a group was left without an outcome'));
  else if ('error' in outcome) reject(outcome.error);
  else resolve(outcome.result);
}
