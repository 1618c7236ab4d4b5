import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DomainError } from './domain/errors.js';
import { HealthRegistry } from './health.js';

function failing(error: unknown): () => Promise<void> {
  return () => Promise.reject(error);
}

describe('HealthRegistry', () => {
  it('is ready with nothing to check, and when every check passes', async () => {
    const health = new HealthRegistry();
    expect(await health.readiness()).toEqual({ ready: true, checks: {} });
    health.register('postgres', () => Promise.resolve());
    expect(await health.readiness()).toEqual({ ready: true, checks: { postgres: { status: 'up' } } });
  });

  it('says which check is down by a short reason, without addresses or credentials', async () => {
    const health = new HealthRegistry();
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
    health.register('postgres', failing(refused));
    health.register('redis', failing(new Error('WRONGPASS redis://user:pass@host')));
    health.register('bus', failing(new DomainError('SERVICE_UNAVAILABLE', 'kafka-1 is away')));
    health.register('sync', () => {
      throw new Error('secret');
    });
    expect(await health.readiness()).toEqual({
      ready: false,
      checks: {
        postgres: { status: 'down', message: 'connection refused' },
        redis: { status: 'down', message: 'check failed' },
        bus: { status: 'down', message: 'SERVICE_UNAVAILABLE' },
        sync: { status: 'down', message: 'check failed' },
      },
    });
  });

  it('gives each check one second, all at the same time', async () => {
    const health = new HealthRegistry();
    health.register('one', () => sleep(5_000, undefined, { ref: false }));
    health.register('two', () => sleep(5_000, undefined, { ref: false }));
    // Once more where the machine was busy with something else.
    let took = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && took >= 2_000; tries += 1) {
      const started = performance.now();
      const { ready, checks } = await health.readiness();
      took = performance.now() - started;
      expect(ready).toBe(false);
      expect(checks).toEqual({
        one: { status: 'down', message: 'timed out' },
        two: { status: 'down', message: 'timed out' },
      });
    }
    expect(took).toBeGreaterThan(950);
    // One after the other they would take two.
    expect(took).toBeLessThan(2_000);
  });

  it('reports a check that is not required without being unready for it', async () => {
    const health = new HealthRegistry();
    health.register('event-bus', failing(new Error('away')), { required: false });
    expect(await health.readiness()).toEqual({
      ready: true,
      checks: { 'event-bus': { status: 'down', message: 'check failed' } },
    });
  });

  it('runs a check once for probes that arrive together, and again for a later one', async () => {
    const health = new HealthRegistry();
    let runs = 0;
    health.register('postgres', async () => {
      runs += 1;
      await sleep(5);
    });
    await Promise.all([health.readiness(), health.readiness()]);
    expect(runs).toBe(1);
    await health.readiness();
    expect(runs).toBe(2);
  });

  it('is unready once draining, and asks no dependency any more', async () => {
    const health = new HealthRegistry();
    let runs = 0;
    health.register('postgres', async () => {
      runs += 1;
    });
    health.setDraining();
    expect(await health.readiness()).toEqual({
      ready: false,
      checks: { lifecycle: { status: 'down', message: 'draining' } },
    });
    expect(runs).toBe(0);
  });

  it('refuses a name that is taken', () => {
    const health = new HealthRegistry();
    health.register('redis', () => Promise.resolve());
    expect(() => health.register('redis', () => Promise.resolve())).toThrow('redis is registered twice');
  });
});
