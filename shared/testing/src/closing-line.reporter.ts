import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';

/** What one run came to. A file, suite or stray promise that broke outside of a test counts as one failure. */
export interface RunCount {
  passed: number;
  failed: number;
  skipped: number;
  /** 'file > suite > test', with the reason where the test gave one. */
  readonly skippedTests: string[];
}

type Counted = Pick<TestCase, 'type' | 'fullName' | 'result'>;
type CountedSuite = Pick<TestSuite | TestModule, 'errors'> & {
  readonly type: 'suite' | 'module';
  readonly children: Iterable<Counted | CountedSuite>;
};

function countTest(test: Counted, file: string, count: RunCount): void {
  const result = test.result();
  if (result.state === 'passed') {
    count.passed += 1;
  } else if (result.state === 'skipped') {
    count.skipped += 1;
    const reason = result.note === undefined ? '' : `: ${result.note}`;
    count.skippedTests.push(`${file} > ${test.fullName}${reason}`);
  } else {
    // A test that never finished has not passed.
    count.failed += 1;
  }
}

function isTest(task: Counted | CountedSuite): task is Counted {
  return task.type === 'test';
}

function countSuite(suite: CountedSuite, file: string, count: RunCount): void {
  if (suite.errors().length > 0) count.failed += 1;
  for (const child of suite.children) {
    if (isTest(child)) countTest(child, file, count);
    else countSuite(child, file, count);
  }
}

/** Counts every test of a finished run, and what broke outside of the tests. */
export function countRun(
  modules: Iterable<CountedSuite & { readonly relativeModuleId: string }>,
  unhandledErrors: number,
): RunCount {
  const count: RunCount = { passed: 0, failed: unhandledErrors, skipped: 0, skippedTests: [] };
  for (const module of modules) countSuite(module, module.relativeModuleId, count);
  return count;
}

/** Ends the output with the skipped tests by name and reason, and 'N passed, N failed, N skipped' alone on a line. */
export default class ClosingLineReporter implements Reporter {
  readonly #write: (text: string) => void;

  /** Vitest passes the options of its configuration, an empty object when there are none. */
  constructor(options: { readonly write?: (text: string) => void } = {}) {
    this.#write = options.write ?? ((text) => process.stdout.write(text));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const { passed, failed, skipped, skippedTests } = countRun(modules, unhandledErrors.length);
    for (const name of skippedTests) this.#write(`skipped: ${name}\n`);
    this.#write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
