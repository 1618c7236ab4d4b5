import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { HealthRegistry } from '../health.js';
import type { Metrics } from '../metrics.js';

/**
 * Adds /health (200 while the event loop turns), /ready (503 unless every dependency is up) and
 * /metrics (Prometheus text). They are plain Fastify routes: no prefix, guard or pipe of the application applies.
 */
export function addOperationalRoutes(
  app: NestFastifyApplication,
  health: HealthRegistry,
  metrics: Metrics,
): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/health', async () => ({ status: 'ok' }));
  fastify.get('/ready', async (_request, reply) => {
    const { ready, checks } = await health.readiness();
    return await reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'unavailable', checks });
  });
  fastify.get('/metrics', async (_request, reply) => {
    const text = await metrics.registry.metrics();
    return await reply.type(metrics.registry.contentType).send(text);
  });
}
