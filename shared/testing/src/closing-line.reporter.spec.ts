import { describe, expect, it } from 'vitest';
import ClosingLineReporter, { countRun } from './closing-line.reporter.js';

type Modules = Parameters<typeof countRun>[0];
type Suite = Modules extends Iterable<infer M> ? M : never;
type Child = Suite['children'] extends Iterable<infer C> ? C : never;

const passed = (fullName: string): Child => ({
  type: 'test',
  fullName,
  result: () => ({ state: 'passed', errors: undefined }),
});

const failed = (fullName: string): Child => ({
  type: 'test',
  fullName,
  result: () => ({ state: 'failed', errors: [{ message: 'expected 1 to be 2' }] }),
});

const skipped = (fullName: string, note: string | undefined): Child => ({
  type: 'test',
  fullName,
  result: () => ({ state: 'skipped', errors: undefined, note }),
});

const unfinished = (fullName: string): Child => ({
  type: 'test',
  fullName,
  result: () => ({ state: 'pending', errors: undefined }),
});

const file = (children: Child[], faults = 0): Suite => ({
  type: 'module',
  relativeModuleId: 'cart.spec.ts',
  children,
  errors: () => Array.from({ length: faults }, () => ({ message: 'broken' })),
});

describe('countRun', () => {
  it('counts tests at every depth by how they ended', () => {
    const suite: Child = { type: 'suite', children: [passed('a > b'), failed('a > c')], errors: () => [] };
    expect(countRun([file([suite, passed('d')]), file([passed('e')])], 0)).toEqual({
      passed: 3,
      failed: 1,
      skipped: 0,
      skippedTests: [],
    });
  });

  it('names a skipped test with its reason, and without when it gave none', () => {
    const count = countRun([file([skipped('bus > keeps order', 'no Java'), skipped('other', undefined)])], 0);
    expect(count.skipped).toBe(2);
    expect(count.skippedTests).toEqual(['cart.spec.ts > bus > keeps order: no Java', 'cart.spec.ts > other']);
  });

  it('counts a file that could not be loaded, a broken hook and a stray rejection as failures', () => {
    const suite: Child = { type: 'suite', children: [], errors: () => [{ message: 'beforeAll failed' }] };
    expect(countRun([file([], 1), file([suite])], 1).failed).toBe(3);
  });

  it('counts a test that never finished as failed', () => {
    expect(countRun([file([unfinished('a')])], 0)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('ClosingLineReporter', () => {
  it('ends a run with its count alone on a line', () => {
    let output = '';
    const reporter = new ClosingLineReporter({
      write: (text) => {
        output += text;
      },
    });
    reporter.onTestRunEnd([], [{ message: 'stray' }]);
    expect(output.split('\n').slice(-2)).toEqual(['0 passed, 1 failed, 0 skipped', '']);
  });
});
