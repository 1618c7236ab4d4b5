import { defineService } from '@vici/utils';
import { gatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { configureHttp, httpOptions } from './http/configure-http.js';

/** The API gateway: the REST edge, and the only part of Vici that is public. */
export const gatewayService = defineService({
  name: 'gateway',
  config: gatewayConfig,
  module: (config) => GatewayModule.forConfig(config),
  httpOptions,
  configureHttp,
});
