import { describe, expect, it } from 'vitest';
import { parseSecondFactorCode, recoveryCodeText } from './second-factor.js';

describe('a code of the second factor', () => {
  it.each([
    ['123456', { kind: 'app', code: '123456' }],
    [' 123 456 ', { kind: 'app', code: '123456' }],
    ['１２３４５６', { kind: 'app', code: '123456' }],
    ['abcd-efgh-2345-wxyz', { kind: 'recovery', code: 'ABCDEFGH2345WXYZ' }],
    ['ABCDEFGH2345WXYZ', { kind: 'recovery', code: 'ABCDEFGH2345WXYZ' }],
  ])('is read from %j', (text, code) => {
    expect(parseSecondFactorCode(text)).toEqual(code);
  });

  it.each(['', '12345', '1234567', 'ABCDEFGH2345WXY1', '12345a', 'x'.repeat(1_000_000)])(
    'is not read from %.20j',
    (text) => {
      expect(parseSecondFactorCode(text)).toBeUndefined();
    },
  );

  it('is shown in groups that can be read aloud', () => {
    expect(recoveryCodeText('ABCDEFGH2345WXYZ')).toBe('ABCD-EFGH-2345-WXYZ');
  });
});
