import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { scratchFolder } from '../testing/scratch-folder.js';
import { withStartLock } from './start-lock.js';

describe('the start lock', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let path: string;

  beforeEach(async () => {
    folder = await scratchFolder();
    path = join(folder.path, 'start.lock');
  });

  afterEach(() => folder.remove());

  it('lets one at a time through, also after one has failed, and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(20);
      inside -= 1;
    };
    const failing = withStartLock(path, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await Promise.all(Array.from({ length: 5 }, () => withStartLock(path, work)));
    expect(most).toBe(1);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is taken over from a process that has ended, even when its number runs again', async () => {
    const ended = spawn('/bin/true');
    await once(ended, 'exit');
    await writeFile(path, `${ended.pid} 1`);
    expect(await withStartLock(path, async () => 'done')).toBe('done');
    await writeFile(path, `${process.pid} 1`);
    expect(await withStartLock(path, async () => 'done again')).toBe('done again');
  });
});
