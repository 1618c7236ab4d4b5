import { describe, expect, it, vi } from 'vitest';
import { ScarceSkus } from './scarce-skus.js';

describe('a SKU that somebody did not get', () => {
  it('is scarce for five seconds from the last time, and others are not', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const scarce = new ScarceSkus();
    scarce.add(['MUG', 'LAMP']);
    now.mockReturnValue(3_000);
    scarce.add(['MUG']);
    now.mockReturnValue(5_001);

    expect(scarce.hasAny(['MUG', 'BOWL'])).toBe(true);
    expect(scarce.hasAny(['LAMP', 'BOWL'])).toBe(false);
    now.mockReturnValue(8_001);
    expect(scarce.hasAny(['MUG'])).toBe(false);
    now.mockRestore();
  });
});
