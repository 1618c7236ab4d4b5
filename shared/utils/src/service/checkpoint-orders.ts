import { onCheckpoint } from '../domain/checkpoint.js';

/** What the process that started this one may order of its checkpoints. */
export type CheckpointOrder =
  /** The first actor that reaches the checkpoint waits there; `hold` is then told to have been reached. */
  | { readonly hold: string }
  /** Whoever waits there goes on; whoever has not come yet passes. */
  | { readonly release: string }
  /** The process kills itself when the checkpoint is reached. */
  | { readonly die: string };

/** What is told back. */
export type CheckpointReport = { readonly armed: string } | { readonly reached: string };

interface Hold {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  /** Somebody waits there: later actors pass. */
  taken: boolean;
}

const ENABLED = 'VICI_CHECKPOINT_ORDERS';

/**
 * Lets the process that started this one stop or kill it at named checkpoints, over their message channel: for tests
 * that kill a service in the middle of something. Only with VICI_CHECKPOINT_ORDERS=1, and never in production.
 */
export function obeyCheckpointOrders(env: Readonly<Record<string, string | undefined>> = process.env): void {
  if (env[ENABLED] !== '1' || env['NODE_ENV'] === 'production' || process.send === undefined) return;
  const holds = new Map<string, Hold>();
  const deadly = new Set<string>();
  const tell = (report: CheckpointReport) => process.send?.(report);
  process.on('message', (order: CheckpointOrder) => {
    if ('hold' in order) {
      holds.set(order.hold, { ...Promise.withResolvers<void>(), taken: false });
      tell({ armed: order.hold });
    } else if ('die' in order) {
      deadly.add(order.die);
      tell({ armed: order.die });
    } else {
      holds.get(order.release)?.resolve();
      holds.delete(order.release);
    }
  });
  // The channel alone must not keep a process alive that wants to end.
  process.channel?.unref();
  onCheckpoint(async (name) => {
    if (deadly.has(name)) process.kill(process.pid, 'SIGKILL');
    const hold = holds.get(name);
    if (hold === undefined || hold.taken) return;
    hold.taken = true;
    tell({ reached: name });
    await hold.promise;
  });
}
