import { EVENT_CATALOGUE, type EventType, type Topic } from '../catalogue/index.js';

/**
 * Chooses one topic per type, so that no event is received twice: a topic that is needed anyway because
 * another type travels on it alone, else the type's last, most special one.
 */
export function topicByType(types: Iterable<EventType>): ReadonlyMap<EventType, Topic> {
  const wanted = [...types];
  const needed = new Set(wanted.flatMap((type) => onlyTopic(type)));
  return new Map(
    wanted.map((type) => {
      const [first, ...special] = EVENT_CATALOGUE[type].topics;
      const topic = [first, ...special].find((candidate) => needed.has(candidate));
      return [type, topic ?? special.at(-1) ?? first];
    }),
  );
}

function onlyTopic(type: EventType): Topic[] {
  const [first, ...special] = EVENT_CATALOGUE[type].topics;
  return special.length === 0 ? [first] : [];
}
