import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, it } from 'vitest';
import { GuessingListCommonPasswords } from './guessing-list.common-passwords.js';

const common = new GuessingListCommonPasswords();

describe('the most common passwords', () => {
  it('are at least ten thousand, each of which is known', () => {
    const mostUsed = dictionary['passwords-common'].slice(0, 10_000);

    expect(mostUsed).toHaveLength(10_000);
    expect(mostUsed.filter((password) => !common.has(password))).toEqual([]);
  });

  it.each(['password', 'password123', '123123123', '987654321', 'aaaaaaaa', '19841984', 'qwertyuiop'])(
    'have %s among them',
    (password) => {
      expect(common.has(password)).toBe(true);
    },
  );

  it.each(['difference engine', 'correct horse battery', 'x7$kQ2!vLp', 'analytical engine'])(
    'do not have %s among them',
    (password) => {
      expect(common.has(password)).toBe(false);
    },
  );

  it('are short: a long password is judged without work', () => {
    expect(common.has('p@$$w0rd'.repeat(9))).toBe(false);
  });
});
