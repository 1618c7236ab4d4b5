import { Injectable } from '@nestjs/common';
import { type Page, type PageRequest, UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { DomainError, notFound } from '@vici/utils';
import type { Channel, DeliveryStatus } from '../domain/delivery.js';

/** What a list of deliveries is narrowed by. */
export interface DeliveryFilter {
  /** The beginning of an address or number. */
  readonly recipient?: string | undefined;
  readonly userId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly channel?: Channel | undefined;
  readonly template?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly oldestFirst?: boolean;
}

/** One attempt to send and what came of it. */
export interface LoggedAttempt {
  readonly attempt: number;
  readonly outcome: string;
  readonly providerMessageId?: string;
  readonly error?: string;
  readonly endedAt: Date;
}

/** A delivery as the staff sees it: without its words, which may hold a secret link. */
export interface LoggedDelivery {
  readonly id: string;
  readonly userId: string;
  readonly channel: Channel;
  readonly recipient: string;
  readonly template: string;
  readonly subject: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly providerMessageId?: string;
  readonly error?: string;
  readonly createdAt: Date;
  readonly sentAt?: Date;
}

/** What was sent to whom. */
export abstract class DeliveryLogRepository {
  abstract search(filter: DeliveryFilter, page: PageRequest): Promise<Page<LoggedDelivery>>;
  abstract find(id: string): Promise<LoggedDelivery | undefined>;
  abstract attemptsOf(id: string): Promise<LoggedAttempt[]>;
  /** Makes a failed delivery due again. False when it has not failed. */
  abstract requeue(id: string): Promise<boolean>;
}

type WithAttempts = LoggedDelivery & { readonly log: readonly LoggedAttempt[] };

/** Lets the staff see what was sent, and try again what failed. */
@Injectable()
export class DeliveryLog {
  constructor(
    private readonly deliveries: DeliveryLogRepository,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async search(filter: DeliveryFilter, page: PageRequest): Promise<Page<LoggedDelivery>> {
    return await this.deliveries.search(filter, page);
  }

  /** @throws DomainError NOT_FOUND */
  async one(id: string): Promise<WithAttempts> {
    const delivery = await this.deliveries.find(id);
    if (delivery === undefined) throw notFound('Delivery', id);
    return { ...delivery, log: await this.deliveries.attemptsOf(id) };
  }

  /** @throws DomainError NOT_FOUND, and INVALID_TRANSITION when it has not failed */
  async resend(id: string): Promise<WithAttempts> {
    return await this.unitOfWork.transaction(async () => {
      const { status } = await this.one(id);
      if (!(await this.deliveries.requeue(id))) {
        throw new DomainError('INVALID_TRANSITION', 'Only what has failed can be sent again.', { status });
      }
      await this.audit.record({ action: 'notification.resend', target: { type: 'delivery', id } });
      return await this.one(id);
    });
  }
}
