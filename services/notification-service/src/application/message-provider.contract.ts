import { describe, expect, it } from 'vitest';
import { MailError, type MailTransport, type OutgoingMail } from './mail.transport.js';

/** open: takes everything. down: every connection breaks. refusing: the recipient is unknown. */
export type ReceiverMode = 'open' | 'down' | 'refusing';

/** A provider and the receiver behind it, as a test plays it. */
export interface ProviderUnderTest {
  provider(): MailTransport;
  receiverIs(mode: ReceiverMode): void;
  /** A message to a recipient that the receiver knows while it is open. */
  message(): Promise<OutgoingMail>;
  /** How often the receiver has taken a message so far. */
  taken(): number;
}

/** What every provider of every channel promises. */
export function describeProvider(name: string, { provider, receiverIs, message, taken }: ProviderUnderTest) {
  const failureOf = async (outgoing: OutgoingMail) => {
    const error = await provider()
      .send(outgoing)
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof MailError))
      throw new TypeError('The provider threw something else', { cause: error });
    return error;
  };

  describe(name, () => {
    it('hands a message over once, and answers with a receipt', async () => {
      receiverIs('open');
      const before = taken();

      const receipt = await provider().send(await message());

      expect(receipt).not.toBe('');
      expect(taken() - before).toBe(1);
    });

    it('says that trying again may help when the receiver is away', async () => {
      const outgoing = await message();
      receiverIs('down');

      expect((await failureOf(outgoing)).permanent).toBe(false);
    });

    it('says that nothing helps when the recipient is refused, without naming it', async () => {
      const outgoing = await message();
      receiverIs('refusing');

      const { permanent, reason } = await failureOf(outgoing);

      expect(permanent).toBe(true);
      expect(reason).not.toContain(outgoing.recipient);
    });
  });
}
