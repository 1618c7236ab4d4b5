/** Whose cart it is: a shopper with an account, or a guest known by the session of the browser. */
export type CartOwner =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'guest'; readonly sessionId: string };

/** One name for the owner, unique over both kinds. */
export function ownerName(owner: CartOwner): string {
  return owner.kind === 'user' ? `user:${owner.userId}` : `guest:${owner.sessionId}`;
}

/** The owner that `ownerName` named. */
export function ownerOfName(name: string): CartOwner {
  const [kind, id = ''] = name.split(/:(.*)/s);
  return kind === 'user' ? { kind: 'user', userId: id } : { kind: 'guest', sessionId: id };
}
