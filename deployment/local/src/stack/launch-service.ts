import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, type StackService } from './service-catalogue.js';
import type { HostSettings } from './service-host.js';
import { ServiceProcess } from './service-process.js';

/** A process of a service with its log kept. @throws Error when the service is not built */
export function launchService(
  name: StackService,
  env: Readonly<Record<string, string>>,
  { root, logs }: Pick<HostSettings, 'root' | 'logs'>,
): ServiceProcess {
  const script = join(root, folderOf(name), 'dist', 'main.js');
  if (!existsSync(script)) {
    throw new Error(`${name} is not built: ${script} is missing. Run npm run build.`);
  }
  return new ServiceProcess({
    script,
    // Tracing has to be there before what it traces is loaded.
    ...(env['OTEL_EXPORTER_OTLP_ENDPOINT'] && {
      preload: join(root, 'shared', 'utils', 'dist', 'tracing-register.js'),
    }),
    env,
    onLine: (line) => logs.line(name, line),
  });
}
