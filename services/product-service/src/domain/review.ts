import { invalidFields } from '@vici/utils/domain';
import { FieldChecks } from './field-checks.js';

/** Order of a list of reviews; equal ones stand with the newest first. */
export type ReviewSort = 'newest' | 'oldest' | 'rating_high' | 'rating_low' | 'helpful';

/** What a shopper writes about a product. */
export interface ReviewContent {
  /** 1 to 5. */
  readonly rating: number;
  readonly title: string;
  readonly comment: string;
  /** Public URLs of pictures in the shop's own bucket. */
  readonly images: readonly string[];
}

/** What other shoppers see of the author of a review. */
export interface ReviewAuthor {
  readonly userId: string;
  readonly name: string;
  readonly avatar: string | undefined;
  /** When name and avatar were changed last. */
  readonly asOf: Date;
}

/** A review as shoppers see it. */
export interface Review extends ReviewContent {
  readonly id: string;
  readonly productId: string;
  readonly userId: string;
  readonly userName: string;
  readonly userAvatar: string | undefined;
  /** Users who find it helpful. */
  readonly helpful: number;
  /** The author bought the product. */
  readonly verified: boolean;
  readonly createdAt: Date;
}

/** A review and its author's name, as a call brings them. */
export interface ReviewInput extends ReviewContent {
  readonly userName: string;
  readonly userAvatar?: string | undefined;
}

const MAX_TITLE = 120;
const MAX_COMMENT = 4000;
const MAX_IMAGES = 5;
const MAX_NAME = 200;
const MAX_AVATAR = 2048;

/**
 * Checks a review that comes from outside; texts are trimmed.
 * @param isOwnPicture whether the shop itself serves a picture at an address
 * @throws DomainError VALIDATION_FAILED that names every bad field
 */
export function checkedReview(
  input: ReviewInput,
  isOwnPicture: (address: string) => boolean,
): Required<ReviewInput> {
  const checks = new FieldChecks();
  const review = {
    rating: checks.wholeNumber('rating', input.rating, 1, 5),
    title: checks.line('title', input.title, { min: 1, max: MAX_TITLE }),
    comment: checks.text('comment', input.comment, { min: 1, max: MAX_COMMENT }),
    images: input.images,
    userName: checks.line('userName', input.userName, { min: 1, max: MAX_NAME }),
    userAvatar: checks.optionalText('userAvatar', input.userAvatar, MAX_AVATAR),
  };
  if (input.images.length > MAX_IMAGES) checks.fault('images', `must have at most ${MAX_IMAGES} entries`);
  for (const [index, image] of input.images.slice(0, MAX_IMAGES).entries()) {
    if (!isOwnPicture(image))
      checks.fault(`images[${index}]`, "must be the address of one of Vici's pictures");
  }
  if (checks.faults.length > 0) throw invalidFields(checks.faults);
  return review;
}

/** How other shoppers read a name: the first name and the initial of the last; empty where there is no name. */
export function publicNameOf(firstName: string, lastName: string): string {
  const [initial] = lastName.trim();
  return `${firstName.trim()} ${initial === undefined ? '' : `${initial.toUpperCase()}.`}`.trim();
}
