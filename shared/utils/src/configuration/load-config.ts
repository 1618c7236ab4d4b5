import type { z } from 'zod';
import { describeKeys, type KeyDescription } from './schema-introspection.js';

/** The environment a service is started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is not usable. Holds every fault, each as "KEY: what is wrong", and no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

const NUMBER_PATTERN = /^-?\d+(\.\d+)?$/;
/** How the documented development secrets are written, wherever in a value they stand. */
const DEVELOPMENT_SECRET = /vici-[a-z-]+-development/;
const TRUE_WORDS: ReadonlySet<string> = new Set(['true', '1', 'yes', 'on']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', '0', 'no', 'off']);

/**
 * Reads a service's configuration from its environment. An empty value counts as missing; numbers, booleans and
 * comma-separated lists are read from their text; keys the schema does not know are ignored. In production a secret
 * left at its development default is a fault, and so is any value that holds a documented development secret.
 * @throws ConfigError listing every fault
 */
export function loadConfig<S extends z.ZodObject>(schema: S, env: Environment): z.infer<S> {
  const faults = new Map<string, string>();
  const input: Record<string, unknown> = {};
  for (const description of describeKeys(schema)) {
    const text = env[description.key]?.trim();
    if (text) {
      input[description.key] = fromText(description, text, faults);
    }
    const holdsPublicSecret =
      leavesDevelopmentSecret(description, text) || (text !== undefined && DEVELOPMENT_SECRET.test(text));
    if (env.NODE_ENV === 'production' && holdsPublicSecret) {
      faults.set(description.key, 'the development default is refused in production');
    }
  }
  if (env.NODE_ENV === 'production' && env.VICI_CRASH_AT) {
    faults.set('VICI_CRASH_AT', 'is refused in production');
  }
  const result = schema.safeParse(input);
  for (const issue of result.error?.issues ?? []) {
    const key = String(issue.path[0] ?? 'configuration');
    if (!faults.has(key)) {
      faults.set(key, sentence(issue, input[key] === undefined));
    }
  }
  if (faults.size > 0 || !result.success) {
    throw new ConfigError([...faults].map(([key, fault]) => `${key}: ${fault}`));
  }
  return result.data;
}

function fromText({ key, kind }: KeyDescription, text: string, faults: Map<string, string>): unknown {
  switch (kind) {
    case 'number':
      if (!NUMBER_PATTERN.test(text)) {
        faults.set(key, 'must be a number');
      }
      return Number(text);
    case 'boolean':
      if (!TRUE_WORDS.has(text.toLowerCase()) && !FALSE_WORDS.has(text.toLowerCase())) {
        faults.set(key, 'must be true or false');
      }
      return TRUE_WORDS.has(text.toLowerCase());
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'text':
      return text;
  }
}

function leavesDevelopmentSecret(
  { secret, defaultValue }: KeyDescription,
  text: string | undefined,
): boolean {
  return secret && defaultValue !== undefined && (!text || text === String(defaultValue));
}

function sentence(issue: z.core.$ZodIssue, missing: boolean): string {
  if (missing && issue.code !== 'custom') {
    return 'is required';
  }
  if (issue.code === 'invalid_value') {
    return `must be one of ${issue.values.map(String).join(', ')}`;
  }
  return issue.message;
}
