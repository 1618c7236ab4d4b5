import { clientNetwork, currentCaller, currentContext, newId, redactFields } from '@vici/utils';
import { createEvent } from '../envelope/create-event.js';
import { EventPublisher } from '../outbox/event-publisher.js';

type Fields = Readonly<Record<string, unknown>>;

/** One privileged act, as the service that carries it out tells of it. */
export interface AuditEntry {
  /** `<thing>.<act>`, e.g. `product.update`. */
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  /** The fields the act is about, before and after; absent where there was or is nothing. */
  readonly before?: Fields;
  readonly after?: Fields;
  /** Why, in the actor's words. */
  readonly note?: string;
}

/** Records privileged acts, so that an administrator can read later who did what, when and from where. */
export class AuditTrail {
  /** @param service whose acts these are, e.g. `order-service` */
  constructor(
    private readonly events: EventPublisher,
    private readonly service: string,
  ) {}

  /**
   * Adds the act to the audit log: in the current transaction, so that an act and its record commit together or not at
   * all. Who acts, and from which network, is in the request context; secrets and personal data are masked.
   * @throws Error when no transaction is open; ZodError when the action is not written as `<thing>.<act>`
   */
  async record({ action, target, before, after, note }: AuditEntry): Promise<void> {
    const { role, userId, service } = currentCaller();
    const context = currentContext();
    const ip = context?.client?.ip;
    const network = ip === undefined ? undefined : clientNetwork(ip);
    await this.events.publish(
      createEvent('audit.recorded', {
        subject: target.id,
        source: this.service,
        data: {
          action,
          actor: { role, ...(userId !== undefined && { userId }), ...(service !== undefined && { service }) },
          target,
          ...(before !== undefined && { before: redactFields(before) }),
          ...(after !== undefined && { after: redactFields(after) }),
          ...(note !== undefined && redactFields({ note })),
          ...(network !== undefined && { network }),
          requestId: context?.requestId ?? newId(),
          recordedAt: new Date().toISOString(),
        },
      }),
    );
  }
}
