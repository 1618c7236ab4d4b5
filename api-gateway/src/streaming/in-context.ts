import { type RequestContext, runInContext } from '@vici/utils';

/**
 * The same source, each step of which runs in the request's context: an answer is read long after its handler has
 * returned, and the services have to know for whom.
 */
export function inContext<T>(context: RequestContext, source: AsyncIterable<T>): AsyncIterableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => runInContext(context, () => iterator.next()),
    return: async () => {
      await runInContext(context, async () => await iterator.return?.());
      return { done: true, value: undefined };
    },
  };
}
