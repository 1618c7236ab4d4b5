import { Injectable } from '@nestjs/common';
import { PersonalTraces } from './ports.js';

/** Removes what was kept of a user's behaviour, the visits before signing in included. */
@Injectable()
export class EraseUser {
  constructor(private readonly traces: PersonalTraces) {}

  /** @returns how many events are gone */
  async execute(userId: string): Promise<number> {
    return await this.traces.erase(userId);
  }
}
