const APP_CODE = /^\d{6}$/;
const RECOVERY_CODE = /^[A-Z2-7]{16}$/;
const GROUP = /.{4}/g;

/** A code as somebody typed it: of the authenticator app, or one of those kept for the day it is lost. */
export type SecondFactorCode = { readonly kind: 'app' | 'recovery'; readonly code: string };

/** Reads a code, whatever spaces, dashes and letter case it was written with; undefined for what is none. */
export function parseSecondFactorCode(text: string): SecondFactorCode | undefined {
  if (text.length > 64) return undefined;
  const code = text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  if (APP_CODE.test(code)) return { kind: 'app', code };
  return RECOVERY_CODE.test(code) ? { kind: 'recovery', code } : undefined;
}

/** A recovery code as people are shown it. */
export function recoveryCodeText(code: string): string {
  return (code.match(GROUP) ?? []).join('-');
}
