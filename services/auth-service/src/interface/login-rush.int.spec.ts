import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { useService } from '@vici/testing';
import { currentCaller, newId, runInContext } from '@vici/utils';
import { expect, it } from 'vitest';
import { authService } from '../auth.service.js';

const LOGINS = 50;

// Dear enough that the hashes of all of them take a second or more.
const service = useService(authService, { BCRYPT_COST: '10' });
const auth = () => service.client(AuthServiceDefinition);

/** Of somebody the shop does not know, from a network of its own: hashed as any other, and never held back. */
const login = (index: number) =>
  runInContext(
    { requestId: newId(), caller: currentCaller(), client: { ip: `10.1.${index}.1`, userAgent: 'Firefox' } },
    () =>
      auth().login({ email: `${newId()}@example.com`, password: 'difference engine' }, { timeoutMs: 60_000 }),
  );

it('answers other requests as ever while fifty people sign in at once', { timeout: 90_000 }, async () => {
  let isRushing = true;
  const began = performance.now();
  const rush = Promise.allSettled(Array.from({ length: LOGINS }, (_, index) => login(index))).finally(() => {
    isRushing = false;
  });
  const waits: number[] = [];
  while (isRushing) {
    const asked = performance.now();
    await auth().getSigningKeys({});
    waits.push(performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const rushMs = performance.now() - began;
  const outcomes = await rush;

  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_CREDENTIALS' } });
  }
  expect(waits.length).toBeGreaterThan(5);
  // Those that stood in the line of the hashes would wait for all of them; a single one may meet a busy machine.
  const median = waits.toSorted((left, right) => left - right)[Math.floor(waits.length / 2)];
  expect(median).toBeLessThan(rushMs / 2);
});
