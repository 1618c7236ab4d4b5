import { hash, randomFillSync } from 'node:crypto';
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

/** Bytes of randomness in one id. */
const RANDOM_BYTES = 16;
/** One call to the system for 256 ids: asked at every id, it would cost more than all the rest of it. */
const randomness = new Uint8Array(256 * RANDOM_BYTES);
let used = randomness.length;

function nextRandomness(): Uint8Array {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  used += RANDOM_BYTES;
  return randomness.subarray(used - RANDOM_BYTES, used);
}

/** The instant and the counter of the latest id: ids of one millisecond count up from a random start. */
const latest = { msecs: 0, seq: 0 };

/** A new UUID version 7 (RFC 9562): unique, and ordered by the time it was made. */
export function newId<Name extends string>(): Id<Name> {
  const random = nextRandomness();
  const now = Date.now();
  if (now > latest.msecs) {
    latest.msecs = now;
    // Half of the counter's 32 bits stay free, so that a millisecond never counts past its end.
    latest.seq = new DataView(random.buffer, random.byteOffset + 6, 4).getUint32(0) >>> 1;
  } else {
    latest.seq += 1;
  }
  return brand(v7({ random, msecs: latest.msecs, seq: latest.seq }));
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
  const hex = hash('sha256', JSON.stringify(parts));
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  const version = `7${hex.slice(13, 16)}`;
  return brand(
    [hex.slice(0, 8), hex.slice(8, 12), version, variant + hex.slice(17, 20), hex.slice(20, 32)].join('-'),
  );
}
