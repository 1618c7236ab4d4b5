import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, DomainError, invalidField, parseJson } from '@vici/utils';
import { z } from 'zod';
import { SuppressionRepository } from './suppression.repository.js';

/** What reports of the mail provider are signed with; without a secret none is taken. */
export abstract class MailReportSettings {
  abstract readonly secret: string | undefined;
}

const TOLERANCE_MS = 300_000;

const report = z.object({
  events: z
    .array(
      z.object({
        id: z.string().min(1).max(200),
        type: z.enum(['bounce', 'complaint', 'delivered']),
        address: z.email(),
        /** A full mailbox is not for ever. */
        permanent: z.boolean().default(true),
      }),
    )
    .max(1_000),
});

/** Takes what the mail provider reports: addresses that bounce for good or complain get nothing more. */
@Injectable()
export class ReceiveMailReport {
  constructor(
    private readonly suppressions: SuppressionRepository,
    private readonly settings: MailReportSettings,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * @param signature `t=<seconds>,v1=<hex of HMAC-SHA256 over "<seconds>.<body>">`
   * @throws DomainError INVALID_TOKEN when it is not the provider's, or older than five minutes
   */
  async execute(body: Uint8Array, signature: string): Promise<void> {
    this.check(body, signature);
    const read = report.safeParse(parseJson(Buffer.from(body).toString('utf8')));
    if (!read.success)
      throw invalidField(read.error.issues[0]?.path.join('.') ?? 'events', 'is not a report');
    await this.unitOfWork.transaction(async () => {
      for (const { id, type, address, permanent } of read.data.events) {
        if (type !== 'delivered' && (type === 'complaint' || permanent)) {
          await this.suppressions.add(address, type, id);
        }
      }
    });
  }

  private check(body: Uint8Array, signature: string): void {
    const { secret } = this.settings;
    const [, seconds = '', hex = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    const age = Math.abs(this.clock.now().getTime() - Number(seconds) * 1_000);
    if (secret === undefined || seconds === '' || age > TOLERANCE_MS) throw notTheProviders();
    const expected = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
    if (!timingSafeEqual(expected, Buffer.from(hex, 'hex'))) throw notTheProviders();
  }
}

function notTheProviders(): DomainError {
  return new DomainError('INVALID_TOKEN', 'The signature of the report is not valid.');
}
