import { invalidField } from '@vici/utils';
import { z } from 'zod';

const TAG_PATTERN = /^(?:W\/)?"(\d{1,18})"$/;

/** The version that an editor read, as its ETag or as a number. */
export const versionHeaders = z.object({
  'if-match': z
    .string()
    .optional()
    .describe('The ETag of what was read: refused with VERSION_MISMATCH when it has changed meanwhile.'),
});

/** The version as an entity tag. */
export function etagOf(version: bigint): string {
  return `"${version}"`;
}

/**
 * The version the editor read: of If-Match, else of the body; undefined edits whatever is there.
 * @throws DomainError VALIDATION_FAILED for an If-Match that is no tag of a version
 */
export function versionOf(
  headers: z.output<typeof versionHeaders>,
  body?: { readonly version?: number | undefined },
): bigint | undefined {
  const tag = headers['if-match'];
  if (tag === undefined || tag === '*') return body?.version === undefined ? undefined : BigInt(body.version);
  const version = TAG_PATTERN.exec(tag)?.[1];
  if (version === undefined) throw invalidField('if-match', 'must be the ETag of what was read, such as "3"');
  return BigInt(version);
}
