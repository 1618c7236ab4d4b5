import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkpoint } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { pauseAt } from './pause-at.js';

async function actor(name: string, trace: string[]): Promise<void> {
  trace.push(`${name} before`);
  await checkpoint('between');
  trace.push(`${name} after`);
}

describe('pauseAt', () => {
  it('holds the first actor at the checkpoint and lets the second pass', async () => {
    using pause = pauseAt('between');
    const trace: string[] = [];
    const first = actor('first', trace);
    await pause.reached;
    await actor('second', trace);
    expect(trace).toEqual(['first before', 'second before', 'second after']);
    pause.resume();
    await first;
    expect(trace).toEqual(['first before', 'second before', 'second after', 'first after']);
  });

  it('holds one actor for each pause of the same name', async () => {
    using one = pauseAt('between');
    using two = pauseAt('between');
    const trace: string[] = [];
    const actors = [actor('first', trace), actor('second', trace)];
    await Promise.all([one.reached, two.reached]);
    two.resume();
    await actors[1];
    expect(trace).toEqual(['first before', 'second before', 'second after']);
    one.resume();
    await Promise.all(actors);
    expect(trace.at(-1)).toBe('first after');
  });

  it('leaves other checkpoints alone', async () => {
    using _pause = pauseAt('elsewhere');
    const trace: string[] = [];
    await actor('first', trace);
    expect(trace).toEqual(['first before', 'first after']);
  });

  it('frees the held actor when it goes out of scope', async () => {
    const trace: string[] = [];
    let held: Promise<void> | undefined;
    {
      using pause = pauseAt('between');
      held = actor('first', trace);
      await pause.reached;
      await nextTurn();
      expect(trace).toEqual(['first before']);
    }
    await held;
    expect(trace).toEqual(['first before', 'first after']);
    await actor('second', trace);
    expect(trace.at(-1)).toBe('second after');
  });
});
