import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { Reviews } from '../application/reviews.js';
import { UploadRepository } from '../application/upload.repository.js';
import { publicNameOf } from '../domain/review.js';

/** Keeps the names beside reviews, and what is known of avatars, in step with the profiles. */
@Injectable()
export class AccountEventHandlers {
  constructor(
    private readonly reviews: Reviews,
    private readonly uploads: UploadRepository,
  ) {}

  @OnEvent('user.updated')
  async onUpdated({ data, time }: DomainEvent<'user.updated'>): Promise<void> {
    await this.uploads.showAvatar(data.userId, data.avatar === '' ? undefined : data.avatar);
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
