import { describe, expect, it } from 'vitest';
import type { Backing } from './backing.js';
import { documentedPorts } from './port-plan.js';
import { STACK_SERVICES } from './service-catalogue.js';
import { serviceEnvironment } from './service-environment.js';

const server = { pid: 1, origin: 'package', isAlive: async () => true, stop: async () => undefined } as const;
const backing: Backing = {
  postgres: {
    ...server,
    name: 'PostgreSQL',
    endpoint: {
      host: '127.0.0.1',
      port: 5432,
      user: 'vici',
      password: 'vici',
      url: (database) => `postgresql://vici:vici@127.0.0.1:5432/${database}`,
    },
  },
  redis: {
    ...server,
    name: 'Redis',
    endpoint: { host: '127.0.0.1', port: 6379, url: 'redis://127.0.0.1:6379' },
  },
  s3: {
    ...server,
    name: 'S3',
    endpoint: { url: 'http://127.0.0.1:9000', accessKeyId: 'key', secretAccessKey: 'secret', region: 'here' },
  },
  mail: {
    ...server,
    name: 'Mail',
    endpoint: { smtpUrl: 'smtp://127.0.0.1:1025', webUrl: 'http://127.0.0.1:8025' },
  },
  kafka: { ...server, name: 'Kafka', endpoint: { brokers: ['127.0.0.1:9093'] } },
  stop: async () => undefined,
};
const ports = documentedPorts(0);

describe('the environment of a service', () => {
  it('has its own database, its ports on loopback, and the addresses of all others', () => {
    const env = serviceEnvironment('order', ports, backing, { bus: 'kafka' });
    expect(env).toMatchObject({
      DATABASE_URL: 'postgresql://order_service:vici-order-development@127.0.0.1:5432/order_db',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: '3006',
      GRPC_HOST: '127.0.0.1',
      GRPC_PORT: '50006',
      REDIS_URL: 'redis://127.0.0.1:6379',
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: '127.0.0.1:9093',
      CART_GRPC_URL: '127.0.0.1:50005',
      LOG_FORMAT: 'json',
    });
    expect(Object.keys(env).filter((key) => key.endsWith('_GRPC_URL'))).toHaveLength(10);
  });

  it('holds secrets only where they are needed', () => {
    const holders = (key: string) =>
      STACK_SERVICES.filter((name) => key in serviceEnvironment(name, ports, backing, {}));
    expect(holders('S3_SECRET_ACCESS_KEY')).toEqual(['product', 'recommendation']);
    expect(holders('SMTP_URL')).toEqual(['notification']);
    expect(holders('AUTH_BOOTSTRAP_ADMIN_PASSWORD')).toEqual(['auth']);
    expect(holders('DATABASE_URL')).toEqual(STACK_SERVICES.filter((name) => name !== 'gateway'));
  });

  it('lets the caller decide for all services, and more closely for one', () => {
    const options = {
      env: { LOG_LEVEL: 'warn', BCRYPT_COST: '4', LOG_FORMAT: 'pretty' },
      serviceEnv: { 'auth-service': { LOG_LEVEL: 'debug' }, order: { VICI_CRASH_AT: 'order.reserved' } },
    };
    const auth = serviceEnvironment('auth', ports, backing, options);
    const order = serviceEnvironment('order', ports, backing, options);
    expect(auth).toMatchObject({ LOG_LEVEL: 'debug', BCRYPT_COST: '4', LOG_FORMAT: 'json' });
    expect(order).toMatchObject({ LOG_LEVEL: 'warn', VICI_CRASH_AT: 'order.reserved' });
    expect('VICI_CRASH_AT' in auth).toBe(false);
  });
});
