let turn: Promise<void> | undefined;

/**
 * Resolves when the requests that have arrived by now have all been read: at the end of this turn of the event loop,
 * without waiting for anything. What many requests do one after the other (a call to Redis, a write to a socket) costs
 * the system less when it is done for all of them at once.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
