import { describe, expect, it } from 'vitest';
import { defineStateMachine } from './state-machine.js';

const light = defineStateMachine<'red' | 'green' | 'off'>('light', {
  red: ['green', 'off'],
  green: ['red'],
  off: [],
});

describe('defineStateMachine', () => {
  it('allows the listed steps and no other, staying put included', () => {
    expect(light.can('red', 'green')).toBe(true);
    expect(light.can('green', 'off')).toBe(false);
    expect(light.can('red', 'red')).toBe(false);
    expect(() => light.assert('red', 'off')).not.toThrow();
  });

  it('refuses any other step with where it was, where it was sent and what is allowed', () => {
    expect(() => light.assert('off', 'red')).toThrow(
      expect.objectContaining({
        code: 'INVALID_TRANSITION',
        message: 'A light cannot go from off to red.',
        details: { from: 'off', to: 'red', allowed: [] },
      }),
    );
  });

  it('calls a state final when nothing leads out of it', () => {
    expect([light.isFinal('off'), light.isFinal('green')]).toEqual([true, false]);
  });
});
