import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { DataRequests } from '../application/data-requests.js';

/** Takes in what the services answer to exports and erasures. */
@Injectable()
export class PrivacyEventHandlers {
  constructor(private readonly requests: DataRequests) {}

  @OnEvent('privacy.data_exported')
  async onExported({ data: answer }: DomainEvent<'privacy.data_exported'>): Promise<void> {
    const { requestId, service, part, last, data } = answer;
    await this.requests.answer(requestId, { service, part, last, answer: data });
  }

  @OnEvent('privacy.data_erased')
  async onErased({ data }: DomainEvent<'privacy.data_erased'>): Promise<void> {
    const { requestId, service, erased, kept } = data;
    await this.requests.answer(requestId, { service, part: 1, last: true, answer: { erased, kept } });
  }
}
