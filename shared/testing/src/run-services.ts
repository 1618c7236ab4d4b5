import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run's service host listens. */
    viciServiceHost: string;
  }
}

/** Where the run's PostgreSQL is: `base` is the URL of its maintenance database. */
export interface PostgresAnswer {
  readonly base: string;
}

/** Where the run's Redis is. */
export interface RedisAnswer {
  readonly url: string;
}

/** Where the run's Kafka is, or why there is none. */
export interface KafkaAnswer {
  readonly brokers?: readonly string[];
  readonly obstacle?: string;
}

/** Where the run's stripe-mock is, or why there is none. */
export interface StripeMockAnswer {
  readonly endpoint?: { readonly host: string; readonly port: number };
  readonly obstacle?: string;
}

/** The servers one test run shares, by name, with what is needed to reach each. */
export interface RunServices {
  readonly postgres: PostgresAnswer;
  readonly redis: RedisAnswer;
  readonly kafka: KafkaAnswer;
  readonly 'stripe-mock': StripeMockAnswer;
}

function isAnswer<N extends keyof RunServices>(name: N, value: unknown): value is RunServices[N] {
  if (typeof value !== 'object' || value === null) return false;
  if (name === 'postgres') return 'base' in value;
  if (name === 'redis') return 'url' in value;
  return 'brokers' in value || 'endpoint' in value || 'obstacle' in value;
}

/** Unlike `fetch`, a plain request waits for its answer as long as it takes: the first Kafka may be minutes away. */
async function ask(url: URL): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  const answered = Promise.withResolvers<IncomingMessage>();
  get(url, answered.resolve).once('error', answered.reject);
  const response = await answered.promise;
  return { status: response.statusCode, body: JSON.parse(await text(response)) };
}

/**
 * The named server of this test run; the first asker waits for its start.
 * @throws Error with the reason when it could not be started, or outside a run with the kit's global setup
 */
export async function runService<N extends keyof RunServices>(name: N): Promise<RunServices[N]> {
  const { status, body } = await ask(new URL(name, inject('viciServiceHost')));
  if (status !== 200 || !isAnswer(name, body)) {
    throw new Error(`The test run has no ${name}: ${JSON.stringify(body)}`);
  }
  return body;
}
