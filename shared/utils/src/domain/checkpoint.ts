/** Reacts to a checkpoint: the code that reached it waits until the listener is done. */
export type CheckpointListener = (name: string) => Promise<void> | void;

let listener: CheckpointListener | undefined;

const crashAt = crashPoint(process.env);

/**
 * The checkpoint at which this process is to be killed: VICI_CRASH_AT, and none at all in production.
 */
export function crashPoint(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const name = env.VICI_CRASH_AT;
  return name === undefined || name === '' || env.NODE_ENV === 'production' ? undefined : name;
}

/**
 * A named point between two effects, where a test may pause this actor or kill the process to prove that
 * what happens in between is survived. Does nothing otherwise.
 */
export async function checkpoint(name: string): Promise<void> {
  if (name === crashAt) {
    process.kill(process.pid, 'SIGKILL');
  }
  if (listener !== undefined) {
    await listener(name);
  }
}

/** Sets or, with undefined, removes the one listener of this process. For the test kit alone. */
export function onCheckpoint(next: CheckpointListener | undefined): void {
  listener = next;
}
