import { Injectable } from '@nestjs/common';
import type { Account, SignedIn } from '@vici/proto-gen/auth';
import type { z } from 'zod';
import { UserComposer } from '../users/user.composer.js';
import type { signedInShape, signInShape } from './signed-in.shapes.js';

/** Shows what signing in came to. */
@Injectable()
export class SignedInPresenter {
  constructor(private readonly composer: UserComposer) {}

  /** A session with its user, or the challenge of the second factor. */
  async present(signedIn: SignedIn): Promise<z.output<typeof signInShape>> {
    const { challenge } = signedIn;
    if (challenge === undefined) {
      return await this.session(signedIn);
    }
    return { twoFactorRequired: true, challenge: challenge.challenge, expiresIn: challenge.expiresIn };
  }

  /** @throws Error when the answer holds no session */
  async session(signedIn: SignedIn): Promise<z.output<typeof signedInShape>> {
    return { user: await this.composer.signedIn(accountOf(signedIn)), ...tokensOf(signedIn) };
  }
}

/** @throws Error when an upstream left the account out, which its contract forbids here */
export function accountOf({ account }: SignedIn): Account {
  if (account === undefined) {
    throw new Error('An account is missing from an answer');
  }
  return account;
}

export function tokensOf({ accessToken, refreshToken, expiresIn }: SignedIn) {
  return { accessToken, refreshToken, expiresIn };
}
