import type { z } from 'zod';
import { describeKeys, type KeyDescription } from './schema-introspection.js';

/**
 * The text of a service's `.env.example`: every key with its description, its choices, whether it is required or
 * secret, and its default. A key with a default is commented out, a required one is left open to be filled.
 */
export function renderEnvExample(title: string, schema: z.ZodObject): string {
  const blocks = describeKeys(schema).map(renderKey);
  return `${[`# ${title}`, ...blocks].join('\n\n')}\n`;
}

function renderKey(description: KeyDescription): string {
  const notes = [
    description.required ? 'required' : undefined,
    description.secret ? 'secret' : undefined,
    description.choices === undefined ? undefined : `one of ${description.choices.join(', ')}`,
  ].filter((note) => note !== undefined);
  const lines = [description.description, notes.length === 0 ? undefined : `(${notes.join('; ')})`].filter(
    (line) => line !== undefined,
  );
  const assignment = `${description.key}=${renderDefault(description.defaultValue)}`;
  return [...lines.map((line) => `# ${line}`), description.required ? assignment : `# ${assignment}`].join(
    '\n',
  );
}

function renderDefault(value: unknown): string {
  if (value === undefined) {
    return '';
  }
  return Array.isArray(value) ? value.map(String).join(',') : String(value);
}
