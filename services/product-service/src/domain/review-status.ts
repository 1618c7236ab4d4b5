import { invalidField } from '@vici/utils/domain';

/** Where a review stands. PUBLISHED is shown but not looked at yet; PENDING waits to be shown. */
export type ReviewStatus = 'PENDING' | 'PUBLISHED' | 'APPROVED' | 'REJECTED';

/** What a moderator decides, in either direction and as often as they like. */
export type ModerationVerdict = 'APPROVED' | 'REJECTED';

const MAX_NOTE = 500;

/** Whether shoppers see it, and the rating of its product counts it. */
export function isShownReview(status: ReviewStatus): boolean {
  return status === 'PUBLISHED' || status === 'APPROVED';
}

/** @throws DomainError VALIDATION_FAILED */
export function checkedNote(note: string | undefined): string | undefined {
  const text = note?.trim();
  if (text !== undefined && (text.length > MAX_NOTE || text.includes('\0') || !text.isWellFormed()))
    throw invalidField('note', `must have at most ${MAX_NOTE} characters`);
  return text === '' ? undefined : text;
}
