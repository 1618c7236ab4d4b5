import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { recoveryCodeText } from '../domain/second-factor.js';
import { hashSecret } from './secrets.js';
import { TwoFactorRepository } from './two-factor.repository.js';

const CODES = 10;
/** Five random bits each. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** 80 random bits: enough to store only a fast hash. */
const LENGTH = 16;

/** Codes for the day the authenticator app is lost, each good once. */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly factors: TwoFactorRepository) {}

  /** Makes new codes, of which only hashes are kept; the old ones are worth nothing any more. */
  async replace(userId: string): Promise<string[]> {
    const codes = Array.from({ length: CODES }, newCode);
    await this.factors.replaceRecoveryCodes(userId, codes.map(hashSecret));
    return codes.map(recoveryCodeText);
  }
}

function newCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}
