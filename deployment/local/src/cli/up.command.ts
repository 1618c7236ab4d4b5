import { startLocalStack } from '../stack/local-stack.js';
import type { LocalStack, LocalStackOptions } from '../stack/stack-options.js';
import type { Command } from './arguments.js';
import { levelOf, prettyLine } from './pretty-line.js';
import { parentReporter, type StartReporter, terminalReporter } from './reporter.js';
import { shellSettings } from './shell-settings.js';
import { summaryOf } from './summary.js';
import type { Workspace } from './workspace.js';

const LOUD: ReadonlySet<string | undefined> = new Set(['error', 'warn', undefined]);

type UpOptions = Extract<Command, { name: 'up' }>;

/** Whether this process is the one `up --detach` left running. */
function isDetached(): boolean {
  return process.env['VICI_DETACHED'] === '1';
}

/** Starts Vici and stays until a signal ends it; everything it started ends with it. */
export async function runInForeground(workspace: Workspace, options: UpOptions): Promise<number> {
  const ending = new EndOfRun();
  const reporter: StartReporter = isDetached() ? parentReporter : terminalReporter;
  const output = new LogOutput(!isDetached());
  const stack = await start(workspace, options, reporter, output, ending);
  if (stack === undefined) {
    return ending.exitCode;
  }
  await reporter.ready(summaryOf(stack, process.uptime()));
  output.showEverything();
  await ending.asked;
  output.say('Stopping …');
  await stack.stop();
  output.say('Stopped.');
  return ending.exitCode;
}

async function start(
  workspace: Workspace,
  options: UpOptions,
  reporter: StartReporter,
  output: LogOutput,
  ending: EndOfRun,
): Promise<LocalStack | undefined> {
  const stackOptions: LocalStackOptions = {
    ...workspace,
    mode: options.processes ? 'processes' : 'single',
    bus: options.kafka ? 'kafka' : 'redis',
    seed: options.seed,
    env: shellSettings(process.env),
    onProgress: (sentence) => reporter.progress(sentence),
    onLog: (service, line) => output.log(service, line),
    signal: ending.signal,
  };
  try {
    return await startLocalStack(stackOptions);
  } catch (error) {
    if (ending.signal.aborted) {
      output.say('Stopped before it was ready.');
      return undefined;
    }
    throw error;
  }
}

/** The services' lines on the terminal: until all is ready only warnings and errors, then every one. */
class LogOutput {
  readonly #shown: boolean;
  readonly #asJson = process.env['LOG_FORMAT'] === 'json';
  #everything = false;

  constructor(shown: boolean) {
    this.#shown = shown;
  }

  showEverything(): void {
    this.#everything = true;
  }

  log(service: string, line: string): void {
    if (this.#shown && (this.#everything || LOUD.has(levelOf(line)))) {
      console.log(this.#asJson ? line : prettyLine(service, line, process.stdout.isTTY === true));
    }
  }

  say(sentence: string): void {
    if (this.#shown) {
      console.log(sentence);
    }
  }
}

/** What ends a run: a signal, or an error nobody handled. A second signal ends the process at once. */
class EndOfRun {
  readonly #controller = new AbortController();
  readonly #asked = Promise.withResolvers<void>();
  exitCode = 0;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => this.#end());
    }
    process.on('unhandledRejection', (error) => this.#fail(error));
    process.on('uncaughtException', (error) => this.#fail(error));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  #end(): void {
    if (this.signal.aborted) {
      process.exit(1);
    }
    this.#controller.abort();
    this.#asked.resolve();
  }

  #fail(error: unknown): void {
    console.error('Vici ends because an error was not handled:', error);
    this.exitCode = 1;
    if (!this.signal.aborted) {
      this.#end();
    }
  }
}
