import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { invalidField } from './errors.js';

declare const idBrand: unique symbol;

/** A UUID that belongs to one kind of thing: an `Id<'Order'>` is not accepted where an `Id<'User'>` is asked. */
export type Id<Name extends string> = string & { readonly [idBrand]: Name };

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The edge where a checked string becomes a branded id. */
function brand<Name extends string>(uuid: string): Id<Name> {
  return uuid as Id<Name>;
}

/** A new UUID version 7 (RFC 9562): unique, and ordered by the time it was made. */
export function newId<Name extends string>(): Id<Name> {
  return brand(v7());
}

/** Whether the text is a UUID of RFC 9562 (versions 1 to 8), in either letter case. */
export function isUuid(value: string): boolean {
  return UUID_PATTERN.test(value);
}

/**
 * A UUID received from outside, in lower case.
 * @throws DomainError VALIDATION_FAILED naming `field`
 */
export function parseId<Name extends string>(value: string, field: string): Id<Name> {
  if (!isUuid(value)) {
    throw invalidField(field, 'must be a UUID');
  }
  return brand(value.toLowerCase());
}

/**
 * An id computed from its parts: the same parts give the same id in every process, so a step that runs twice
 * writes once. SHA-256 of the parts with version 7 and RFC 9562 variant bits set; its time part means nothing.
 */
export function deterministicId<Name extends string>(...parts: string[]): Id<Name> {
  // JSON keeps the boundaries: ('ab', 'c') and ('a', 'bc') are different parts.
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x70, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return brand(groups.join('-'));
}
