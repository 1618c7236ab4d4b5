import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { AuditLogRepository } from '../application/audit-log.repository.js';

/** Keeps the privileged acts that every service tells of. */
@Injectable()
export class AuditEventHandlers {
  constructor(private readonly log: AuditLogRepository) {}

  @OnEvent('audit.recorded')
  async onRecorded({ id, data }: DomainEvent<'audit.recorded'>): Promise<void> {
    await this.log.add({ ...data, id, recordedAt: new Date(data.recordedAt) });
  }
}
