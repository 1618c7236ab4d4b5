import { z } from 'zod';

/** How a start tells of itself: to a terminal, or to the process that waits for a detached one. */
export interface StartReporter {
  progress(sentence: string): void;
  /** Ready, with what to show of it. Sent once. */
  ready(summary: string): Promise<void>;
}

const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), text: z.string() }),
  z.object({ kind: z.literal('ready'), text: z.string() }),
]);

/** What a detached start sends to the process that waits for it. */
export type StartMessage = z.infer<typeof messageSchema>;

/** The message, when it is one. */
export function parseStartMessage(value: unknown): StartMessage | undefined {
  return messageSchema.safeParse(value).data;
}

/** Writes to this terminal. */
export const terminalReporter: StartReporter = {
  progress: (sentence) => console.log(`  ${sentence} …`),
  ready: async (summary) => console.log(summary),
};

/** Sends to the parent process, and lets go of it once ready. */
export const parentReporter: StartReporter = {
  progress: (text) => send({ kind: 'progress', text }),
  ready: (text) =>
    new Promise((done) => {
      if (process.send === undefined || !process.connected) {
        done();
        return;
      }
      const message: StartMessage = { kind: 'ready', text };
      process.send(message, () => {
        process.disconnect();
        done();
      });
    }),
};

function send(message: StartMessage): void {
  // The waiting process may have been ended; the start goes on without it.
  if (process.send !== undefined && process.connected) {
    process.send(message);
  }
}
