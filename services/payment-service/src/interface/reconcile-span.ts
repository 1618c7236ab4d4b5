import { invalidField } from '@vici/utils';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 2;
const LONGEST_DAYS = 93;

/**
 * Which payments a reconciliation looks at: those opened in the last two days unless told otherwise.
 * @throws DomainError VALIDATION_FAILED naming `from` or `to`
 */
export function reconcileSpan(from: Date | undefined, to: Date | undefined): { from: Date; to: Date } {
  const end = to ?? new Date();
  const start = from ?? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS);
  if (start >= end) throw invalidField('from', 'must be before to');
  if (end.getTime() - start.getTime() > LONGEST_DAYS * DAY_MS) {
    throw invalidField('from', `must be at most ${LONGEST_DAYS} days before to`);
  }
  return { from: start, to: end };
}
