/** Where shoppers are reached. */
export abstract class ContactRepository {
  abstract remember(userId: string, email: string): Promise<void>;
}
