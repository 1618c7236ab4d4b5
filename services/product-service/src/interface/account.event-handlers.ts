import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { Reviews } from '../application/reviews.js';
import { publicNameOf } from '../domain/review.js';

/** Keeps the names beside reviews in step with the profiles. */
@Injectable()
export class AccountEventHandlers {
  constructor(private readonly reviews: Reviews) {}

  @OnEvent('user.updated')
  async onUpdated({ data, time }: DomainEvent<'user.updated'>): Promise<void> {
    const name = publicNameOf(data.firstName, data.lastName);
    // A profile made before the registration was heard of has no name yet.
    if (name === '') return;
    await this.reviews.recordAuthor({
      userId: data.userId,
      name,
      avatar: data.avatar === '' ? undefined : data.avatar,
      asOf: new Date(time),
    });
  }
}
