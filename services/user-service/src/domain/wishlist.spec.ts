import { describe, expect, it } from 'vitest';
import { assertRoomForItem } from './wishlist.js';

describe('assertRoomForItem', () => {
  it('lets the two-hundredth product in and refuses the next', () => {
    expect(() => assertRoomForItem(199)).not.toThrow();
    expect(() => assertRoomForItem(200)).toThrowError(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED', details: { limit: 200 } }),
    );
  });
});
