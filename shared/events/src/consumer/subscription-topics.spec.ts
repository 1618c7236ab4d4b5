import { describe, expect, it } from 'vitest';
import { topicByType } from './subscription-topics.js';

describe('topicByType', () => {
  it('takes the special topic of a behaviour type, which carries little else', () => {
    expect([...topicByType(['purchase', 'order.created'])]).toEqual([
      ['purchase', 'purchase-events'],
      ['order.created', 'order-events'],
    ]);
  });

  it('takes the common topic when another type travels on it alone, so that nothing is received twice', () => {
    expect([...topicByType(['product_view', 'page_view'])]).toEqual([
      ['product_view', 'user-events'],
      ['page_view', 'user-events'],
    ]);
  });
});
