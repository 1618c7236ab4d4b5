/** What people have uploaded to be shown, in product-service. */
export abstract class Pictures {
  /**
   * Whether the address is a picture that the caller uploaded as an avatar. One that is stays there long enough for
   * product-service to learn from `user.updated` that it is shown.
   * @throws DomainError SERVICE_UNAVAILABLE while product-service cannot be asked
   */
  abstract isOwnAvatar(address: string): Promise<boolean>;
}
