import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { checkedProfileChange, type Profile, type ProfileRequest, wantedAvatar } from '../domain/profile.js';
import { ContactRules } from './contact-rules.js';
import { Pictures } from './pictures.js';
import { ProfileRepository } from './profile.repository.js';
import { userUpdated } from './user-updated.event.js';

/** Changes a shopper's profile and tells the other services. */
@Injectable()
export class UpdateProfile {
  constructor(
    private readonly profiles: ProfileRepository,
    private readonly rules: ContactRules,
    private readonly pictures: Pictures,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
  ) {}

  /**
   * @throws DomainError VALIDATION_FAILED that names every bad field; SERVICE_UNAVAILABLE while nobody can say whose
   * picture a new avatar is
   */
  async execute(userId: string, request: ProfileRequest): Promise<Profile> {
    const mayShowAvatar = await this.mayShow(userId, wantedAvatar(request));
    const change = checkedProfileChange(request, this.rules, mayShowAvatar);
    return await this.unitOfWork.transaction(async () => {
      await this.profiles.findOrCreate(userId);
      const profile = await this.profiles.update(userId, change);
      const preferences = await this.profiles.preferencesOf(userId);
      await this.events.publish(userUpdated(profile, preferences));
      return profile;
    });
  }

  /** The avatar a profile has already, it keeps. */
  private async mayShow(userId: string, avatar: string | undefined): Promise<boolean> {
    if (avatar === undefined) return true;
    const known = await this.profiles.findOrCreate(userId);
    return known.avatar === avatar || (await this.pictures.isOwnAvatar(avatar));
  }
}
