import { Injectable } from '@nestjs/common';
import { parseEmail } from '../domain/email.js';
import { assertStrongPassword } from '../domain/password.js';
import { CommonPasswords, PasswordHasher } from './ports.js';

/** Judges the passwords people choose, and makes the stored form of the good ones. */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly common: CommonPasswords,
    private readonly hasher: PasswordHasher,
  ) {}

  /** @throws DomainError WEAK_PASSWORD naming `field` */
  assertStrong(password: string, email: string, field = 'password'): void {
    assertStrongPassword(password, parseEmail(email), (text) => this.common.has(text), field);
  }

  /** The stored form of a password; it takes its time, so call it outside of the transaction. */
  async hash(password: string): Promise<string> {
    return await this.hasher.hash(password);
  }
}
