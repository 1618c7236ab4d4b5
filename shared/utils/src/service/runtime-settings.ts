import { z } from 'zod';
import type { ServiceDefinition } from './service-definition.js';

const settingsSchema = z.object({
  HTTP_HOST: z.string(),
  HTTP_PORT: z.number(),
  GRPC_HOST: z.string().default('0.0.0.0'),
  GRPC_PORT: z.number().optional(),
  SHUTDOWN_DELAY_MS: z.number(),
  SHUTDOWN_GRACE_MS: z.number(),
  LOG_LEVEL: z.string(),
  LOG_FORMAT: z.enum(['json', 'pretty']),
});

/** The keys of a service's configuration that starting and stopping it depend on. */
export type RuntimeSettings = z.infer<typeof settingsSchema>;

/** Throws when the service's schema lacks `baseConfig`, `httpConfig` or, for an API, `grpcServerConfig`. */
export function runtimeSettings(
  definition: Pick<ServiceDefinition, 'name' | 'grpc'>,
  config: object,
): RuntimeSettings {
  const { data, error } = settingsSchema.safeParse(config);
  if (data === undefined) {
    const missing = error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`The configuration schema of ${definition.name} lacks ${missing}`);
  }
  if ((definition.grpc?.length ?? 0) > 0 && data.GRPC_PORT === undefined) {
    throw new Error(`The configuration schema of ${definition.name} lacks GRPC_PORT for its gRPC API`);
  }
  return data;
}
