import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import './run-services.js';
import { ServiceHost } from './service-host.js';

/** Vitest's global setup: opens the run's service host and closes it, with all it started, at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const host = await ServiceHost.open(join(project.config.root, '.vici', 'cache'));
  project.provide('viciServiceHost', host.url);
  return () => host.close();
}
