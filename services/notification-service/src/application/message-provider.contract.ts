import { describe, expect, it } from 'vitest';
import { MessageError, type MessageProvider, type OutgoingMessage } from './message-provider.js';

/** open: takes everything. down: every connection breaks. refusing: the recipient is unknown. */
export type ReceiverMode = 'open' | 'down' | 'refusing';

/** A provider and the receiver behind it, as a test plays it. */
export interface ProviderUnderTest<Message extends OutgoingMessage> {
  provider(): MessageProvider<Message>;
  /** Whether it can say what it has taken. */
  readonly canBeAsked: boolean;
  receiverIs(mode: ReceiverMode): void;
  /** A message of its own, to a recipient that the receiver knows unless it is refusing. */
  message(): Promise<Message>;
  /** Every copy the receiver has taken so far, by what it knows a second copy by. */
  taken(): readonly string[] | Promise<readonly string[]>;
}

/** What every provider of every channel promises. */
export function describeProvider<Message extends OutgoingMessage>(
  name: string,
  { provider, canBeAsked, receiverIs, message, taken }: ProviderUnderTest<Message>,
) {
  const failureOf = async (outgoing: Message) => {
    const error = await provider()
      .send(outgoing)
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof MessageError))
      throw new TypeError('The provider threw something else', { cause: error });
    return error;
  };
  const copies = async () => (await taken()).length;
  const differentMessages = async () => new Set(await taken()).size;
  /** What the sender does when it does not know whether an attempt was the last. */
  const sendAgain = async (outgoing: Message) =>
    (await provider().receiptOf?.(outgoing)) ?? (await provider().send(outgoing));

  describe(name, () => {
    it('hands a message over once, and answers with a receipt', async () => {
      receiverIs('open');
      const before = await copies();

      const receipt = await provider().send(await message());

      expect(receipt).not.toBe('');
      expect((await copies()) - before).toBe(1);
    });

    it('makes no second message of one that is tried again, and keeps two messages apart', async () => {
      receiverIs('open');
      const [outgoing, another] = [await message(), await message()];
      const before = await differentMessages();

      await provider().send(outgoing);
      await sendAgain(outgoing);
      expect((await differentMessages()) - before).toBe(1);

      await sendAgain(another);
      expect((await differentMessages()) - before).toBe(2);
    });

    it(
      canBeAsked ? 'finds the receipt of what it has taken, and of nothing else' : 'cannot be asked',
      async () => {
        receiverIs('open');
        const [outgoing, another] = [await message(), await message()];
        expect(provider().receiptOf !== undefined).toBe(canBeAsked);

        const receipt = await provider().send(outgoing);

        expect(await provider().receiptOf?.(outgoing)).toBe(canBeAsked ? receipt : undefined);
        expect(await provider().receiptOf?.(another)).toBeUndefined();
      },
    );

    it('says that trying again may help when the receiver is away', async () => {
      receiverIs('open');
      const [outgoing, before] = [await message(), await copies()];
      receiverIs('down');

      const { permanent } = await failureOf(outgoing);

      expect(permanent).toBe(false);
      receiverIs('open');
      await sendAgain(outgoing);
      expect((await copies()) - before).toBe(1);
    });

    it('says that nothing helps when the recipient is refused, without naming it', async () => {
      receiverIs('refusing');
      const outgoing = await message();
      const before = await taken();

      const { permanent, reason } = await failureOf(outgoing);

      expect(permanent).toBe(true);
      expect(reason).not.toContain(outgoing.recipient);
      expect(await taken()).toEqual(before);
    });
  });
}
