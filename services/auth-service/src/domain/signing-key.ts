const MINUTE_MS = 60_000;

/** A new key is published this long before it signs: whoever verifies tokens asks for the keys more often. */
export const PUBLISHED_AHEAD_MS = 10 * MINUTE_MS;
/** How long a key stays published after its last token has expired, for clocks that are not alike. */
const KEPT_AFTER_MS = 5 * MINUTE_MS;

/** When a key that signs access tokens begins to. */
export interface SigningKeyTime {
  readonly kid: string;
  readonly activatesAt: Date;
}

/** The key that signs at a moment: the newest that has begun to, or the first one of all; undefined without keys. */
export function signingKeyAt<K extends SigningKeyTime>(keys: readonly K[], now: Date): K | undefined {
  const inOrder = oldestFirst(keys);
  return inOrder.findLast((key) => key.activatesAt <= now) ?? inOrder[0];
}

/** Whether it is time to make the next key, so that it begins to sign when the newest has signed for `periodMs`. */
export function isRotationDue(keys: readonly SigningKeyTime[], now: Date, periodMs: number): boolean {
  const newest = oldestFirst(keys).at(-1);
  return (
    newest === undefined || newest.activatesAt.getTime() + periodMs - PUBLISHED_AHEAD_MS <= now.getTime()
  );
}

/** The keys nobody needs any more: every token they have signed has expired. */
export function retiredKeys(
  keys: readonly SigningKeyTime[],
  now: Date,
  tokenLifetimeMs: number,
): SigningKeyTime[] {
  const inOrder = oldestFirst(keys);
  return inOrder.filter((_key, index) => {
    const successor = inOrder[index + 1];
    return (
      successor !== undefined &&
      successor.activatesAt.getTime() + tokenLifetimeMs + KEPT_AFTER_MS <= now.getTime()
    );
  });
}

function oldestFirst<K extends SigningKeyTime>(keys: readonly K[]): K[] {
  return keys.toSorted((a, b) => a.activatesAt.getTime() - b.activatesAt.getTime());
}
