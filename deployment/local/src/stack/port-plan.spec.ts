import { describe, expect, it } from 'vitest';
import { documentedPorts, freePorts, portOffset } from './port-plan.js';
import { STACK_SERVICES } from './service-catalogue.js';

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
    // Two a service, none for gRPC at the gateway, and three of the backing services.
    expect(new Set(taken).size).toBe(STACK_SERVICES.length * 2 - 1 + 3);
    expect(plan.services.gateway.grpc).toBeUndefined();
  });
});
