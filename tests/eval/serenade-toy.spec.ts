import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSessionData } from './session-data.ts';
import { evaluate, learnedIndex, type Protocol, type Score } from './session-protocol.ts';

const folder = fileURLToPath(new URL('./fixtures/serenade-toy', import.meta.url));

describe('On the clicks of Serenade', () => {
  let scores: Record<Protocol, Record<string, Score>>;

  beforeAll(async () => {
    const data = await readSessionData(folder, {});
    const index = learnedIndex(data.train);
    const by = (protocol: Protocol) =>
      Object.fromEntries(
        evaluate(index, index.algorithms, data.test, { protocol, minPrefix: 1 }).map((score) => [
          score.algorithm,
          score,
        ]),
      );
    // Last the one that goes on learning.
    scores = { static: by('static'), novel: by('novel'), online: by('online') };
  });

  it('predicts every click from the second of a session on', () => {
    expect(scores.static['vmis']?.predictions).toBe(931);
  });

  it('gives with VMIS-kNN what its authors publish', () => {
    // Their own program: HR@20 .6402, MRR@20 .3277 at m=500, k=50 and the last two items.
    expect(Math.abs((scores.static['vmis']?.hitRate ?? 0) - 0.64)).toBeLessThanOrEqual(0.005);
    expect(Math.abs((scores.static['vmis']?.reciprocalRank ?? 0) - 0.327)).toBeLessThanOrEqual(0.003);
  });

  it('predicts better with what ships than with any other algorithm', () => {
    const { blend, ...others } = scores.static;
    for (const other of Object.values(others)) {
      expect(blend?.hitRate).toBeGreaterThan(other.hitRate + 0.05);
      expect(blend?.reciprocalRank).toBeGreaterThan(other.reciprocalRank + 0.05);
    }
  });

  it('finds new products by at least five percent more often than summed item-to-item lists', () => {
    const { blend, item_lists: lists } = scores.novel;
    expect((blend?.hitRate ?? 0) / (lists?.hitRate ?? 1)).toBeGreaterThanOrEqual(1.05);
  });

  it('goes on learning online, within a point of the static figures on a single day', () => {
    const change = (scores.online['blend']?.hitRate ?? 0) - (scores.static['blend']?.hitRate ?? 1);
    expect(change).not.toBe(0);
    expect(Math.abs(change)).toBeLessThan(0.01);
  });
});
