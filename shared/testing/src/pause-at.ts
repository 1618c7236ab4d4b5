import { onCheckpoint } from '@vici/utils/domain';

/** One actor held at a checkpoint. */
export interface Pause extends Disposable {
  /** Resolves when an actor has arrived at the checkpoint and waits there. */
  readonly reached: Promise<void>;
  /** Lets the actor go on, or, when none has come yet, pass without stopping. */
  resume(): void;
}

interface Waiting {
  readonly name: string;
  arrive(): Promise<void>;
}

const waiting: Waiting[] = [];

async function holdFirst(name: string): Promise<void> {
  const index = waiting.findIndex((pause) => pause.name === name);
  if (index === -1) return;
  const [pause] = waiting.splice(index, 1);
  await pause?.arrive();
}

/**
 * Holds the first actor that arrives at `checkpoint(checkpointName)`; later ones pass. Several pauses of one name hold
 * one actor each, in the order they were made. Declare it with `using`, so that a failing test lets the actor go.
 */
export function pauseAt(checkpointName: string): Pause {
  const reached = Promise.withResolvers<void>();
  const resumed = Promise.withResolvers<void>();
  const entry: Waiting = {
    name: checkpointName,
    arrive: async () => {
      reached.resolve();
      await resumed.promise;
    },
  };
  waiting.push(entry);
  onCheckpoint(holdFirst);
  const dispose = (): void => {
    const index = waiting.indexOf(entry);
    if (index !== -1) waiting.splice(index, 1);
    resumed.resolve();
  };
  return { reached: reached.promise, resume: () => resumed.resolve(), [Symbol.dispose]: dispose };
}
