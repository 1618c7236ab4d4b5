import { Injectable } from '@nestjs/common';
import { generateSecret, generateURI, verifySync } from 'otplib';
import QRCode from 'qrcode';
import { OneTimeCodes } from '../application/two-factor.repository.js';

const ISSUER = 'Vici';
/** Codes of the step before and after are taken too: clocks differ, and people type slowly. */
const TOLERANCE_SECONDS = 30;

/** One-time codes as every authenticator app computes them: SHA-1, six digits, thirty seconds. */
@Injectable()
export class OtplibOneTimeCodes extends OneTimeCodes {
  newSecret(): string {
    return generateSecret();
  }

  async enrolment(secret: string, account: string): Promise<{ uri: string; picture: string }> {
    const uri = generateURI({ issuer: ISSUER, label: account, secret });
    return { uri, picture: await QRCode.toDataURL(uri) };
  }

  stepOf(secret: string, code: string, now: Date): number | undefined {
    const epoch = Math.floor(now.getTime() / 1000);
    const result = verifySync({ secret, token: code, epoch, epochTolerance: TOLERANCE_SECONDS });
    return result.valid && 'timeStep' in result ? result.timeStep : undefined;
  }
}
