import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { type Preferences, samePreferences } from '../domain/preferences.js';
import { ProfileRepository } from './profile.repository.js';
import { userUpdated } from './user-updated.event.js';

/** How the shopper wants to be told things; where nothing was ever said, the defaults. */
@Injectable()
export class GetPreferences {
  constructor(private readonly profiles: ProfileRepository) {}

  async execute(userId: string): Promise<Preferences> {
    await this.profiles.findOrCreate(userId);
    return await this.profiles.preferencesOf(userId);
  }
}

/** Changes a shopper's preferences and tells the other services, when there is anything to tell. */
@Injectable()
export class UpdatePreferences {
  constructor(
    private readonly profiles: ProfileRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
  ) {}

  async execute(userId: string, change: Partial<Preferences>): Promise<Preferences> {
    return await this.unitOfWork.transaction(async () => {
      const profile = await this.profiles.lock(userId);
      const before = await this.profiles.preferencesOf(userId);
      const after = { ...before, ...change };
      if (samePreferences(before, after)) return before;
      await this.profiles.savePreferences(userId, after);
      await this.events.publish(userUpdated(profile, after));
      return after;
    });
  }
}
