import { describe, expect, it } from 'vitest';
import { parseCommand, UsageError } from './arguments.js';

describe('the command line', () => {
  it('without arguments is the menu at a terminal and `up` elsewhere', () => {
    expect(parseCommand([], true)).toEqual({ name: 'menu' });
    const up = { name: 'up', detach: false, processes: false, kafka: false, seed: true };
    expect(parseCommand([], false)).toEqual(up);
    expect(parseCommand(['up', '--processes', '--kafka', '--detach', '--no-seed'], true)).toEqual({
      name: 'up',
      detach: true,
      processes: true,
      kafka: true,
      seed: false,
    });
  });

  it('reads an export of products', () => {
    expect(parseCommand(['export', 'products', 'a.jsonl'], false)).toEqual({
      name: 'export-products',
      file: 'a.jsonl',
    });
  });

  it('reads an import of products', () => {
    expect(parseCommand(['import', 'products', 'a.csv', '--dry-run'], false)).toEqual({
      name: 'import-products',
      file: 'a.csv',
      dryRun: true,
    });
  });

  it('reads every other command', () => {
    expect(parseCommand(['logs'], false)).toEqual({
      name: 'logs',
      service: undefined,
      follow: false,
      lines: 100,
    });
    expect(parseCommand(['logs', 'order', '-f', '-n', '5'], false)).toEqual({
      name: 'logs',
      service: 'order',
      follow: true,
      lines: 5,
    });
    expect(parseCommand(['reset', '--yes'], false)).toEqual({ name: 'reset', yes: true });
    expect(
      parseCommand(['import', 'online-retail', 'a.csv.gz', '--limit', '10', '--dry-run'], false),
    ).toEqual({
      name: 'import',
      dataset: 'online-retail',
      file: 'a.csv.gz',
      limit: 10,
      dryRun: true,
    });
    for (const name of ['down', 'status', 'seed', 'help']) {
      expect(parseCommand([name], false)).toEqual({ name });
    }
  });

  it.each([
    [['start'], 'There is no command "start".'],
    [['up', '--fast'], "up: Unknown option '--fast'."],
    [['up', 'now'], 'up does not take "now".'],
    [['down', 'now'], 'down does not take "now".'],
    [['logs', 'a', 'b'], 'logs does not take "b".'],
    [['logs', '--lines', '0'], '--lines must be a whole number from 1, not "0".'],
    [['import'], 'import needs a dataset: online-retail or dummyjson.'],
    [['import', 'products'], 'import products needs the file to read.'],
    [['export', 'products'], 'export needs "products" and the file to write.'],
    [['export', 'orders', 'f'], 'export needs "products" and the file to write.'],
    [['import', 'movies', 'f'], 'There is no dataset "movies", only online-retail or dummyjson.'],
    [['import', 'online-retail'], 'import online-retail needs the file to read.'],
    [['import', 'dummyjson'], 'import dummyjson needs the folder to read.'],
    [['import', 'online-retail', 'f', '--limit', 'x'], '--limit must be a whole number from 1, not "x".'],
  ])('%j is refused with what is wrong', (args, message) => {
    expect(() => parseCommand(args, false)).toThrow(new UsageError(message));
  });
});
