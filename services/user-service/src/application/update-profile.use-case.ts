import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import type { Profile, ProfileChange } from '../domain/profile.js';
import { ProfileRepository } from './profile.repository.js';
import { userUpdated } from './user-updated.event.js';

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
      await this.events.publish(userUpdated(profile, preferences));
      return profile;
    });
  }
}
