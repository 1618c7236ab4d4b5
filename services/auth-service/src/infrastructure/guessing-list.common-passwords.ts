import { Injectable } from '@nestjs/common';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { CommonPasswords } from '../application/ports.js';

const LIST = 'passwords-common';
/** What is guessed in fewer tries than this counts as one of the 10,000 most common passwords. */
const FIRST_GUESSES = 10_000;
/** A longer password is no common one, and judging it would hold the event loop up. */
const LONGEST = 32;

/**
 * The list of leaked passwords that zxcvbn-ts ships, the most used ones first, and what needs no list: repeats,
 * sequences, years and rows of keys, which the list leaves out because zxcvbn's matchers find them.
 */
@Injectable()
export class GuessingListCommonPasswords extends CommonPasswords {
  readonly #list: ReadonlySet<string> = new Set(dictionary[LIST].map((password) => password.toLowerCase()));
  readonly #guesser = new ZxcvbnFactory({
    graphs: adjacencyGraphs,
    dictionary: { [LIST]: dictionary[LIST] },
  });

  has(password: string): boolean {
    if (password.length > LONGEST) return false;
    return this.#list.has(password) || this.#guesser.check(password).guesses <= FIRST_GUESSES;
  }
}
