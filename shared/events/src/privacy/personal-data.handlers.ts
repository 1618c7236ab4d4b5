import { Injectable } from '@nestjs/common';
import { deterministicId } from '@vici/utils';
import { OnEvent } from '../decorators.js';
import { createEvent } from '../envelope/create-event.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { EventPublisher } from '../outbox/event-publisher.js';
import { PersonalData, type PersonalRecord } from './personal-data.js';

/** A part is handed over at about this size; an event may have 900,000 bytes. */
const PART_BYTES = 400_000;

/** Answers exports and erasures for one service: in parts, in the transaction that notes the request as handled. */
@Injectable()
export class PersonalDataHandlers {
  constructor(
    private readonly personalData: PersonalData,
    private readonly events: EventPublisher,
  ) {}

  @OnEvent('privacy.export_requested')
  async onExportRequested({ data }: DomainEvent<'privacy.export_requested'>): Promise<void> {
    const parts = new ExportParts();
    for await (const record of this.personalData.records(data.userId)) {
      if (parts.isFull) {
        await this.handOver(data, parts, false);
      }
      parts.add(record);
    }
    await this.handOver(data, parts, true);
  }

  @OnEvent('user.deleted')
  async onUserDeleted({ id, data }: DomainEvent<'user.deleted'>): Promise<void> {
    const { userId, requestId = id } = data;
    const { service } = this.personalData;
    const { erased, kept = [] } = await this.personalData.erase(userId);
    await this.events.publish(
      createEvent('privacy.data_erased', {
        id: deterministicId('privacy.data_erased', requestId, service),
        subject: requestId,
        source: service,
        data: { requestId, userId, service, erased: { ...erased }, kept: [...kept] },
      }),
    );
  }

  private async handOver(
    { requestId, userId }: DomainEvent<'privacy.export_requested'>['data'],
    parts: ExportParts,
    last: boolean,
  ): Promise<void> {
    const { service } = this.personalData;
    const { part, data } = parts.take();
    await this.events.publish(
      createEvent('privacy.data_exported', {
        id: deterministicId('privacy.data_exported', requestId, service, String(part)),
        subject: requestId,
        source: service,
        data: { requestId, userId, service, part, last, data },
      }),
    );
  }
}

/** Gathers records until they make a part. */
class ExportParts {
  private sections = new Map<string, Record<string, unknown>[]>();
  private bytes = 0;
  private taken = 0;

  get isFull(): boolean {
    return this.bytes >= PART_BYTES;
  }

  add({ section, record }: PersonalRecord): void {
    const records = this.sections.get(section) ?? [];
    records.push({ ...record });
    this.sections.set(section, records);
    this.bytes += Buffer.byteLength(JSON.stringify(record)) + section.length;
  }

  take(): { part: number; data: Record<string, Record<string, unknown>[]> } {
    const data = Object.fromEntries(this.sections);
    this.sections = new Map();
    this.bytes = 0;
    this.taken += 1;
    return { part: this.taken, data };
  }
}
