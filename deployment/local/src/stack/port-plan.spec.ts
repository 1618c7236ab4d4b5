import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { assertPortsFree, documentedPorts, freePorts, PortTakenError, portOffset } from './port-plan.js';
import { STACK_SERVICES } from './service-catalogue.js';

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

async function occupy(host: string): Promise<number> {
  server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('the documented ports', () => {
  it('are those of the architecture, moved by the offset', () => {
    const plan = documentedPorts(100);
    expect(plan.services.gateway).toEqual({ http: 3100 });
    expect(plan.services.auth).toEqual({ http: 3101, grpc: 50_101 });
    expect(plan.services.notification).toEqual({ http: 3110, grpc: 50_110 });
    expect([plan.s3, plan.smtp, plan.inbox]).toEqual([9100, 1125, 8125]);
  });

  it('take their offset from VICI_PORT_OFFSET and refuse what is none', () => {
    expect([portOffset(undefined), portOffset(' '), portOffset('100')]).toEqual([0, 0, 100]);
    for (const text of ['abc', '-1', '1.5', '20000']) {
      expect(() => portOffset(text)).toThrow(
        `VICI_PORT_OFFSET must be a whole number from 0 to 10000, not "${text}".`,
      );
    }
  });
});

describe('free ports', () => {
  it('are all different', async () => {
    const plan = await freePorts();
    const ports = STACK_SERVICES.flatMap((name) => [plan.services[name].http, plan.services[name].grpc ?? 0]);
    const taken = [...ports, plan.s3, plan.smtp, plan.inbox].filter((port) => port !== 0);
    expect(new Set(taken).size).toBe(24);
    expect(plan.services.gateway.grpc).toBeUndefined();
  });
});

describe('a port that is taken', () => {
  it.each(['127.0.0.1', '::'])('is named with its holder and a remedy, bound to %s', async (host) => {
    const port = await occupy(host);
    const plan = await freePorts();
    const taken = { ...plan, services: { ...plan.services, cart: { http: port, grpc: 1 } } };
    const refusal = await assertPortsFree(taken, ['cart']).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PortTakenError);
    const message = refusal instanceof Error ? refusal.message : '';
    expect(message).toContain(`Port ${port}, wanted for cart, is used by process ${process.pid} (`);
    expect(message).toContain(
      `). End it (kill ${process.pid}), or start with other ports: VICI_PORT_OFFSET=100 ./quick-start.sh up`,
    );
  });

  it('does not matter when its service is not started', async () => {
    const port = await occupy('127.0.0.1');
    const plan = await freePorts();
    const taken = { ...plan, services: { ...plan.services, cart: { http: port } } };
    await expect(assertPortsFree(taken, ['order'])).resolves.toBeUndefined();
  });
});
