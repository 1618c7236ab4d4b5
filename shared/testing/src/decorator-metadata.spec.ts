import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';

@Injectable()
class Greeting {
  readonly text = 'good day';
}

@Injectable()
class Greeter {
  readonly #greeting: Greeting;
  constructor(greeting: Greeting) {
    this.#greeting = greeting;
  }

  greet(): string {
    return this.#greeting.text;
  }
}

describe('the test transform', () => {
  it('keeps the constructor types Nest injects by', async () => {
    const module = await Test.createTestingModule({ providers: [Greeting, Greeter] }).compile();
    expect(module.get(Greeter).greet()).toBe('good day');
  });
});
