import type { Logger } from '../logger.js';

const SHUTDOWN_HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;

/**
 * Remembers what Nest instantiates, because a start that fails while modules are being built leaves no
 * application to close: the pools and connections made until then are closed from here.
 */
export class CreatedInstances {
  private readonly instances = new Set<object>();
  private abandoned = false;

  constructor(private readonly logger: Logger) {}

  /** For Nest's `instrument.instanceDecorator`; returns the instance unchanged. */
  readonly remember = (instance: unknown): unknown => {
    if (typeof instance === 'object' && instance !== null) {
      this.instances.add(instance);
    }
    if (this.abandoned) {
      // Made by a factory that was still at work when another one failed.
      void this.close();
    }
    return instance;
  };

  /** Forgets them: from here on the application closes them itself. */
  forget(): void {
    this.instances.clear();
  }

  /**
   * Runs Nest's shutdown hooks phase by phase, the youngest instance first, and closes at once whatever
   * is still made from now on. A failing hook is logged.
   */
  async close(): Promise<void> {
    this.abandoned = true;
    const youngestFirst = [...this.instances].reverse();
    this.forget();
    for (const hook of SHUTDOWN_HOOKS) {
      for (const instance of youngestFirst) {
        await runHook(instance, hook).catch((error: unknown) =>
          this.logger.error('A resource could not be closed.', { hook, error }),
        );
      }
    }
  }
}

async function runHook(instance: object, hook: string): Promise<void> {
  const method: unknown = Reflect.get(instance, hook);
  if (typeof method === 'function') {
    await Reflect.apply(method, instance, []);
  }
}
