import { describe, expect, it } from 'vitest';
import { levelOf, prettyLine, timeOf } from './pretty-line.js';

const LINE = JSON.stringify({
  timestamp: '2026-01-02T03:04:05.678Z',
  level: 'warn',
  service: 'order',
  message: 'late',
  orderId: 'a1',
  note: 'two words',
  error: { name: 'Error', stack: 'Error: x\n    at y' },
});

describe('a log line for people', () => {
  it('has time, level, service and message first, then the fields, then an error stack', () => {
    expect(prettyLine('order', LINE, false)).toBe(
      '03:04:05.678 WARN  order           late orderId=a1 note="two words"\nError: x\n    at y',
    );
    expect([levelOf(LINE), timeOf(LINE)]).toEqual(['warn', '2026-01-02T03:04:05.678Z']);
  });

  it('leaves other text as it is', () => {
    expect(prettyLine('order', 'plain {text}', false).trim()).toBe('order           plain {text}');
    expect(prettyLine('order', '{broken', false)).toContain('{broken');
    expect([levelOf('plain'), timeOf('{broken')]).toEqual([undefined, '']);
  });

  it('is coloured at a terminal', () => {
    expect(prettyLine('order', LINE, true)).toContain('\u001b[33mWARN \u001b[0m order');
  });
});
