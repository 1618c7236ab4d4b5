/** Where shoppers are reached. */
export abstract class ContactRepository {
  abstract remember(userId: string, email: string): Promise<void>;
  /** Whether the shopper wants mails that are not about an order or the account. */
  abstract noteMarketing(userId: string, agreed: boolean): Promise<void>;
  abstract hasAgreedToMarketing(userId: string): Promise<boolean>;
}
