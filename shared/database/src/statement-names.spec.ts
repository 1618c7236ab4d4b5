import { describe, expect, it } from 'vitest';
import { StatementNames } from './statement-names.js';

describe('StatementNames', () => {
  it('names a statement from the second time it is sent, always the same', () => {
    const names = new StatementNames();
    expect(names.nameFor('select 1')).toBeUndefined();
    const name = names.nameFor('select 1');
    expect(name).toMatch(/^v_[0-9a-f]{32}$/);
    expect(names.nameFor('select 1')).toBe(name);
    expect(names.nameFor('select 2')).toBeUndefined();
    expect(names.nameFor('select 2')).not.toBe(name);
  });

  it('never names more than 400 statements', () => {
    const names = new StatementNames();
    const given = new Set<string>();
    for (let index = 0; index < 600; index += 1) {
      names.nameFor(`select ${index}`);
      const name = names.nameFor(`select ${index}`);
      if (name !== undefined) given.add(name);
    }
    expect(given.size).toBe(400);
  });

  it('never names a very long statement', () => {
    const names = new StatementNames();
    const long = `select ${'1, '.repeat(2000)}1`;
    names.nameFor(long);
    expect(names.nameFor(long)).toBeUndefined();
  });

  it('sends a forgotten statement unnamed for good', () => {
    const names = new StatementNames();
    names.nameFor('select 1');
    expect(names.nameFor('select 1')).toBeDefined();
    names.forget('select 1');
    for (let time = 0; time < 3; time += 1) expect(names.nameFor('select 1')).toBeUndefined();
  });
});
