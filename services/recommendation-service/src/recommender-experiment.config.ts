import { z } from 'zod';
import { SESSION_ALGORITHMS } from './domain/session-algorithms.js';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,23}$/, 'must have 1 to 24 small letters, digits and hyphens');

const experiment = z.object({
  name,
  arms: z
    .array(z.object({ name, algorithm: z.enum(SESSION_ALGORITHMS), share: z.number().positive().default(1) }))
    .min(2)
    .max(10)
    .refine(
      (arms) => new Set(arms.map((arm) => arm.name)).size === arms.length,
      'must have names of their own',
    ),
});

/** An experiment, written as JSON in one variable of the environment; empty for none. */
export const experimentOfEnvironment = z
  .string()
  .default('')
  .transform((text, context) => {
    if (text.trim() === '') return undefined;
    try {
      return experiment.parse(JSON.parse(text));
    } catch (error) {
      const fault = error instanceof z.ZodError ? z.prettifyError(error) : 'is not JSON';
      context.addIssue({ code: 'custom', message: fault });
      return z.NEVER;
    }
  });
