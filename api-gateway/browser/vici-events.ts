/**
 * Reports what a shopper does to Vici, from any page: `import { start } from 'https://<gateway>/vici-events.js'`.
 * Events wait in memory, travel in batches, are sent again after a failure under the same ids, and leave by beacon with
 * the page. Served minified; `npm run snippet` makes that file from this one.
 */

/** Fields of an event besides id, type, time and session, such as `{ productId, price }`. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Options {
  /** Where batches go. Default: the gateway this module came from. */
  readonly url?: string;
  /** The access token of whoever is signed in at the time of sending, if anybody is. */
  readonly token?: () => string | undefined;
  /** Whether the shopper agreed to be followed. Without consent nothing is kept and nothing sent. Default: false. */
  readonly consent?: boolean;
}

export interface Reporter {
  /** The visit, a UUID: send it as X-Session-Id with every request to Vici. */
  readonly sessionId: string;
  track(eventType: string, fields?: Fields): void;
  /** Sends what waits, now. */
  flush(): Promise<void>;
  /** Taking consent back forgets what waits. */
  setConsent(given: boolean): void;
}

const SESSION = 'vici-session';
const BATCH = 50;
/** Older events are dropped first. */
const MOST_WAITING = 1000;
const SOON_MS = 2000;
const LONGEST_MS = 60_000;
const MOST_KEPT_ALIVE = 60_000;

function sessionOf(): string {
  try {
    const id = localStorage.getItem(SESSION) ?? crypto.randomUUID();
    localStorage.setItem(SESSION, id);
    return id;
  } catch {
    // A page without storage has a session for as long as it is open.
    return crypto.randomUUID();
  }
}

/** Starts reporting. Once a page is enough. */
export function start(options: Options = {}): Reporter {
  const url = options.url ?? new URL('/api/events/batch', import.meta.url).href;
  const sessionId = sessionOf();
  let consent = options.consent === true;
  let waiting: object[] = [];
  let scheduled = false;
  let sending = false;
  let failures = 0;

  const later = (ms: number) => {
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => {
      scheduled = false;
      void flush();
    }, ms);
  };
  const keep = (events: object[]) => {
    waiting = consent ? events.concat(waiting).slice(-MOST_WAITING) : [];
  };

  /** How long to wait before the same batch is sent again; undefined when it is done with. */
  const send = async (events: object[]): Promise<number | undefined> => {
    const backOff = Math.min(LONGEST_MS, SOON_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    try {
      const token = options.token?.();
      const body = JSON.stringify({ events });
      const { status, headers } = await fetch(url, {
        method: 'POST',
        // Outlives the page, where it is small enough for that.
        keepalive: body.length < MOST_KEPT_ALIVE,
        headers: {
          'Content-Type': 'application/json',
          'X-Session-Id': sessionId,
          ...(token && { Authorization: `Bearer ${token}` }),
        },
        body,
      });
      if (status !== 429 && status < 500) return undefined;
      return Math.max(backOff, Number(headers.get('Retry-After') ?? 0) * 1000);
    } catch {
      return backOff;
    }
  };

  const flush = async (): Promise<void> => {
    while (!sending && waiting.length > 0) {
      sending = true;
      const events = waiting.splice(0, BATCH);
      const pause = await send(events);
      sending = false;
      failures = pause === undefined ? 0 : failures + 1;
      if (pause !== undefined) {
        keep(events);
        later(pause);
        return;
      }
    }
  };

  /** A page that is left may never come back: a beacon outlives it. */
  const leave = () => {
    while (document.visibilityState === 'hidden' && waiting.length > 0) {
      const events = waiting.splice(0, BATCH);
      if (!navigator.sendBeacon(url, JSON.stringify({ events }))) {
        keep(events);
        return;
      }
    }
  };
  addEventListener('visibilitychange', leave);

  return {
    sessionId,
    track(eventType, fields) {
      if (!consent) return;
      const event = { ...fields, id: crypto.randomUUID(), eventType, timestamp: Date.now(), sessionId };
      waiting = waiting.concat(event).slice(-MOST_WAITING);
      if (waiting.length < BATCH || failures > 0) later(SOON_MS);
      else void flush();
    },
    flush,
    setConsent(given) {
      consent = given;
      if (!given) waiting = [];
    },
  };
}
