/** Longest name a product gets; the data's longest is 35. */
const LONGEST_NAME = 120;

/**
 * A description as a product name: the original words and letters, without stray spaces and the punctuation around
 * them. Undefined when nothing is left.
 */
export function nameFrom(description: string): string | undefined {
  const name = description
    .replace(/\s+/g, ' ')
    .replace(/ ([,.;:!])/g, '$1')
    .replace(/^[\s*.,;:?!/\\_-]+|[\s*.,;:?/\\_-]+$/g, '')
    .slice(0, LONGEST_NAME);
  return /\p{L}{2}/u.test(name) ? name : undefined;
}

/**
 * Whether a description of something that was not sold is a name: names are in capitals, while the notes of the
 * stockroom ("damages", "thrown away", "found by jackie") are not.
 */
export function looksLikeName(description: string): boolean {
  return !/\p{Ll}{3}/u.test(description);
}
