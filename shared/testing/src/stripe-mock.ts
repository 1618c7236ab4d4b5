import { beforeAll, beforeEach } from 'vitest';
import { runService } from './run-services.js';

/** The first one of a machine is built before it starts. */
const START_TIMEOUT_MS = 660_000;

/** Where Stripe's own API mock listens. Valid in tests and `beforeEach`. */
export interface TestStripeMock {
  readonly host: string;
  readonly port: number;
}

/**
 * Stripe's own mock of its API, shared by the run: it checks every request against Stripe's description, and keeps no
 * state. Where it cannot be had every test of the surrounding `describe` is skipped with the reason, or fails when
 * VICI_REQUIRE_STRIPE_MOCK=1.
 */
export function useStripeMock(): TestStripeMock {
  let open: TestStripeMock | undefined;
  let obstacle: string | undefined;
  beforeAll(async () => {
    const { endpoint, obstacle: reason = 'it gave no reason' } = await runService('stripe-mock');
    open = endpoint;
    if (endpoint !== undefined) return;
    obstacle = `stripe-mock cannot be had: ${reason}`;
    if (process.env['VICI_REQUIRE_STRIPE_MOCK'] === '1') throw new Error(obstacle);
  }, START_TIMEOUT_MS);
  beforeEach(({ skip }) => {
    if (obstacle !== undefined) skip(obstacle);
  });
  const opened = () => {
    if (open === undefined) throw new Error(obstacle ?? 'stripe-mock exists only inside tests');
    return open;
  };
  return {
    get host() {
      return opened().host;
    },
    get port() {
      return opened().port;
    },
  };
}
