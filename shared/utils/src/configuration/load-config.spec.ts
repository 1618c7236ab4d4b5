import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  baseConfig,
  ConfigError,
  databaseConfig,
  type Environment,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  loadConfig,
  renderEnvExample,
  upstreamConfig,
} from './index.js';

const schema = z.object({
  ...baseConfig,
  ...httpConfig(3006),
  ...grpcServerConfig(50006),
  ...databaseConfig('order_db'),
  ...eventBusConfig,
  ...upstreamConfig('cart', 'payment'),
  TAX_RATE: z.number().min(0).max(1).default(0.08).describe('Share of tax.'),
  DRY_RUN: z.boolean().default(false),
  SIGNING_SECRET: z.string().min(8).describe('Signs invoices.').meta({ secret: true }),
});

const MINIMAL = { SIGNING_SECRET: 'a-long-secret' };

function faultsOf(env: Environment, of: z.ZodObject = schema): readonly string[] {
  try {
    loadConfig(of, env);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.faults;
    }
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('fills in the defaults and leaves out what is not set', () => {
    const config = loadConfig(schema, MINIMAL);
    expect(config).toEqual({
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      SHUTDOWN_DELAY_MS: 0,
      SHUTDOWN_GRACE_MS: 10_000,
      HTTP_HOST: '0.0.0.0',
      HTTP_PORT: 3006,
      GRPC_HOST: '0.0.0.0',
      GRPC_PORT: 50006,
      DATABASE_URL: 'postgres://vici:vici@localhost:5432/order_db',
      DATABASE_POOL_MAX: 10,
      DATABASE_STATEMENT_TIMEOUT_MS: 15_000,
      REDIS_URL: 'redis://localhost:6379',
      EVENT_BUS: 'redis',
      KAFKA_BROKERS: ['localhost:9093'],
      CART_GRPC_URL: 'localhost:50005',
      PAYMENT_GRPC_URL: 'localhost:50007',
      TAX_RATE: 0.08,
      DRY_RUN: false,
      SIGNING_SECRET: 'a-long-secret',
    });
  });

  it('reads numbers, booleans and lists from text, and ignores keys it does not know', () => {
    const config = loadConfig(schema, {
      ...MINIMAL,
      HTTP_PORT: '0',
      TAX_RATE: '0.2',
      DRY_RUN: 'TRUE',
      KAFKA_BROKERS: 'a:9092, b:9092,',
      PATH: '/usr/bin',
    });
    expect(config.HTTP_PORT).toBe(0);
    expect(config.TAX_RATE).toBe(0.2);
    expect(config.DRY_RUN).toBe(true);
    expect(config.KAFKA_BROKERS).toEqual(['a:9092', 'b:9092']);
    expect('PATH' in config).toBe(false);
  });

  it.each(['false', '0', 'no', 'off'])('reads %s as false, also for a coercing boolean', (text) => {
    const config = loadConfig(z.object({ FLAG: z.coerce.boolean().default(true) }), { FLAG: text });
    expect(config.FLAG).toBe(false);
  });

  it('treats an empty value as missing', () => {
    expect(loadConfig(schema, { ...MINIMAL, HTTP_PORT: '', REDIS_URL: ' ' })).toMatchObject({
      HTTP_PORT: 3006,
      REDIS_URL: 'redis://localhost:6379',
    });
    expect(faultsOf({ SIGNING_SECRET: '' })).toEqual(['SIGNING_SECRET: is required']);
  });

  it('lists every fault by its key', () => {
    const faults = faultsOf({
      HTTP_PORT: 'eighty',
      GRPC_PORT: '70000',
      DRY_RUN: 'maybe',
      EVENT_BUS: 'rabbit',
      REDIS_URL: 'localhost:6379',
      CART_GRPC_URL: 'cart',
      SHUTDOWN_GRACE_MS: '1.5',
    });
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'CART_GRPC_URL',
      'DRY_RUN',
      'EVENT_BUS',
      'GRPC_PORT',
      'HTTP_PORT',
      'REDIS_URL',
      'SHUTDOWN_GRACE_MS',
      'SIGNING_SECRET',
    ]);
    expect(faults).toContain('HTTP_PORT: must be a number');
    expect(faults).toContain('DRY_RUN: must be true or false');
    expect(faults).toContain('EVENT_BUS: must be one of redis, kafka');
    expect(faults).toContain('CART_GRPC_URL: must be host:port or dns:///host:port');
  });

  it('calls a missing choice required, and keeps the words of a rule across keys', () => {
    const choice = z.object({ PROVIDER: z.enum(['sandbox', 'stripe']), KEY: z.string().optional() });
    expect(faultsOf({}, choice)).toEqual(['PROVIDER: is required']);
    const withRule = choice.refine((config) => config.PROVIDER !== 'stripe' || config.KEY !== undefined, {
      path: ['KEY'],
      message: 'is required by stripe',
    });
    expect(faultsOf({ PROVIDER: 'stripe' }, withRule)).toEqual(['KEY: is required by stripe']);
  });

  it('does not repeat the refused value, which may be a secret', () => {
    const error = (() => {
      try {
        return loadConfig(schema, { SIGNING_SECRET: 'hunter2', DATABASE_URL: 'mysql://u:pass@h/d' });
      } catch (caught) {
        return caught;
      }
    })();
    expect(String(error)).toContain('SIGNING_SECRET: ');
    expect(String(error)).not.toMatch(/hunter2|pass@/);
  });

  it('refuses development defaults of secrets in production, whether left out or written out', () => {
    const fault = 'DATABASE_URL: the development default is refused in production';
    const production = { ...MINIMAL, NODE_ENV: 'production' };
    expect(faultsOf(production)).toEqual([fault]);
    const written = { ...production, DATABASE_URL: 'postgres://vici:vici@localhost:5432/order_db' };
    expect(faultsOf(written)).toEqual([fault]);
    expect(faultsOf({ ...production, DATABASE_URL: 'postgres://o:x@db:5432/order_db' })).toEqual([]);
  });

  it('refuses a documented development secret in production, wherever it stands', () => {
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://order_service:vici-order-development@db:5432/order_db',
    };
    const fault = 'DATABASE_URL: the development default is refused in production';
    expect(faultsOf({ ...MINIMAL, ...env })).toEqual([fault]);
    expect(faultsOf({ ...MINIMAL, ...env, NODE_ENV: 'development' })).toEqual([]);
  });

  it('refuses a crash point in production', () => {
    const env = { NODE_ENV: 'production', VICI_CRASH_AT: 'order.reserved' };
    expect(faultsOf(env, z.object(baseConfig))).toEqual(['VICI_CRASH_AT: is refused in production']);
  });
});

describe('renderEnvExample', () => {
  it('writes every key with its description, notes and default', () => {
    const example = renderEnvExample(
      'Order service',
      z.object({
        LOG_FORMAT: baseConfig.LOG_FORMAT,
        KAFKA_BROKERS: eventBusConfig.KAFKA_BROKERS,
        DATABASE_URL: databaseConfig('order_db').DATABASE_URL,
        SIGNING_SECRET: schema.shape.SIGNING_SECRET,
        KAFKA_PREFIX: eventBusConfig.KAFKA_PREFIX,
        EVENT_BUS_REDIS_URL: eventBusConfig.EVENT_BUS_REDIS_URL,
      }),
    );
    expect(example).toBe(`# Order service

# json for machines, pretty for a terminal.
# (one of json, pretty)
# LOG_FORMAT=json

# Kafka brokers, separated by commas.
# KAFKA_BROKERS=localhost:9093

# Connection to the database of this service.
# (secret)
# DATABASE_URL=postgres://vici:vici@localhost:5432/order_db

# Signs invoices.
# (required; secret)
SIGNING_SECRET=

# Stands before the names of topics and groups, where several Vicis share a Kafka cluster.
# KAFKA_PREFIX=

# Redis server of the event bus, when it is not REDIS_URL.
# EVENT_BUS_REDIS_URL=
`);
  });
});
