import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own, so that the load generator does not share its event loop. */
export interface Served<Address> {
  readonly address: Address;
  /** What the module answers when it is asked, see `answerWith`. */
  ask<T>(isAnswer: (value: unknown) => value is T): Promise<T>;
  stop(): Promise<void>;
}

/** What a served module tells its parent. */
export type Report = { readonly progress: string } | { readonly address: unknown };

/** What surrounds a served module. */
export interface ServeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A module that is loaded before everything else. */
  readonly preload?: string;
}

/** As containers are told, see `deployment/generator/topology.ts`. */
const NODE_OPTIONS = ['--max-semi-space-size=16', '--v8-pool-size=1'];

/** Runs a module of this folder that serves something and reports its address; `input` is its argument. */
export async function serve<Address>(
  module: string,
  input: string,
  onProgress: (sentence: string) => void,
  isAddress: (value: unknown) => value is Address,
  { env = {}, preload }: ServeOptions = {},
): Promise<Served<Address>> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), [input], {
    execArgv: [...NODE_OPTIONS, ...(preload === undefined ? [] : ['--import', preload])],
    env: { ...process.env, ...env },
  });
  const exited = once(child, 'exit');
  const address = await new Promise<Address>((resolve, reject) => {
    void exited.then(([code]) => reject(new Error(`${module} ended with exit code ${code}`)));
    child.on('message', (report: Report) => {
      if ('progress' in report) onProgress(report.progress);
      else if (isAddress(report.address)) resolve(report.address);
    });
  });
  return {
    address,
    ask: async (isAnswer) => {
      const answered = once(child, 'message');
      child.send('ask');
      const [message]: unknown[] = await answered;
      if (!isAnswer(message)) throw new Error(`${module} gave an unexpected answer`);
      return message;
    },
    stop: async () => {
      child.disconnect();
      await exited;
    },
  };
}

/** Reports from within a served module; when the parent lets go, `stop` is called and the process ends. */
export function report(message: Report): void {
  process.send?.(message);
}

/** Answers whoever asks from outside. */
export function answerWith(answer: () => Promise<unknown>): void {
  process.on('message', () => {
    void answer().then((value) => process.send?.(value));
  });
}

/** Ends the served process cleanly once its parent has let go of it. */
export function untilReleased(stop: () => Promise<void>): void {
  process.once('disconnect', () => {
    void stop().finally(() => process.exit(0));
  });
}
