import { Injectable } from '@nestjs/common';
import type { Profile } from '../domain/profile.js';
import { ProfileRepository } from './profile.repository.js';

/** The profile of a shopper, also in the moment between registering and the arrival of the registration event. */
@Injectable()
export class GetProfile {
  constructor(private readonly profiles: ProfileRepository) {}

  async execute(userId: string): Promise<Profile> {
    return await this.profiles.findOrCreate(userId);
  }
}
