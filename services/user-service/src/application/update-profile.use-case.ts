import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import type { Profile, ProfileChange } from '../domain/profile.js';
import { ProfileRepository } from './profile.repository.js';

/** Changes a shopper's profile and tells the other services. */
@Injectable()
export class UpdateProfile {
  constructor(
    private readonly profiles: ProfileRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
  ) {}

  async execute(userId: string, change: ProfileChange): Promise<Profile> {
    return await this.unitOfWork.transaction(async () => {
      await this.profiles.findOrCreate(userId);
      const profile = await this.profiles.update(userId, change);
      const preferences = await this.profiles.preferencesOf(userId);
      const { firstName, lastName, phone, avatar } = profile;
      await this.events.publish(
        createEvent('user.updated', {
          subject: userId,
          data: {
            userId,
            firstName,
            lastName,
            ...(phone !== undefined && { phone }),
            ...(avatar !== undefined && { avatar }),
            ...preferences,
          },
        }),
      );
      return profile;
    });
  }
}
