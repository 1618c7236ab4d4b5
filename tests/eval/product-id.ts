import { createHash } from 'node:crypto';

/** Behaviour events name products by UUID: a number is written in its last digits, any other name as its hash. */
export function productId(item: string): string {
  if (/^\d{1,12}$/.test(item)) return `00000000-0000-7000-8000-${item.padStart(12, '0')}`;
  const hash = createHash('sha256').update(item).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-7${hash.slice(12, 15)}-a${hash.slice(15, 18)}-${hash.slice(18, 30)}`;
}
