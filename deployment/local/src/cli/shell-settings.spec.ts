import { describe, expect, it } from 'vitest';
import { shellSettings } from './shell-settings.js';

describe('settings from the shell', () => {
  it('reach the services, except those the stack decides itself', () => {
    const settings = shellSettings({
      LOG_LEVEL: 'debug',
      RATE_LIMIT_MULTIPLIER: '10',
      HTTP_PORT: '80',
      DATABASE_URL: 'postgres://elsewhere/db',
      CART_GRPC_URL: 'elsewhere:1',
      NODE_ENV: 'production',
      MISSING: undefined,
    });
    expect(settings).toEqual({ LOG_LEVEL: 'debug', RATE_LIMIT_MULTIPLIER: '10' });
  });
});
