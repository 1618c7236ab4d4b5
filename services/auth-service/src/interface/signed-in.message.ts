import type { SignedIn as SignedInMessage } from '@vici/proto-gen/auth';
import type { SignInResult } from '../application/sign-in.js';

/** What a sign-in came to, as the contract has it. */
export function toSignedIn(result: SignInResult): SignedInMessage {
  if (!('secondFactor' in result)) return result;
  return {
    account: undefined,
    accessToken: '',
    refreshToken: '',
    expiresIn: 0,
    challenge: result.secondFactor,
  };
}
