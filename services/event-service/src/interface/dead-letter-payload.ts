const SECRET_NAME = /token|secret|password/i;
const MASKED = '[redacted]';
/** Of a message that is no JSON, as much as tells what it is. */
const MOST_TEXT = 4_000;

/** The content of a dead letter as administrators read it: JSON where it is any, its secrets masked. */
export function payloadOf(value: string): string {
  const content = jsonIn(value);
  if (content === undefined) return value.slice(0, MOST_TEXT);
  return JSON.stringify(content, (name, field: unknown) => (SECRET_NAME.test(name) ? MASKED : field));
}

/** What a text says as JSON; undefined where it is none, which may be the very reason why it is a dead letter. */
export function jsonIn(text: string): unknown {
  try {
    const content: unknown = JSON.parse(text);
    return content;
  } catch {
    return undefined;
  }
}
