/** Stream of a topic. The braces are a hash tag: all keys of one topic live in one cluster slot. */
export function streamKey(topic: string): string {
  return `bus:{${topic}}`;
}

/** Who consumes the topic for the group at the moment. */
export function leaseKey(topic: string, group: string): string {
  return `bus:{${topic}}:lease:${group}`;
}
