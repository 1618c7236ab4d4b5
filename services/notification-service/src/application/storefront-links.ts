/** Addresses of the storefront's pages, for mails and notifications. */
export class StorefrontLinks {
  readonly #base: string;

  /** @param base address of the storefront; a path in it is kept */
  constructor(base: string) {
    this.#base = base.replace(/\/+$/, '');
  }

  shop(): string {
    return `${this.#base}/`;
  }

  /** Where the token proves that the address is the shopper's. */
  verifyEmail(token: string): string {
    return `${this.#base}/verify-email?token=${encodeURIComponent(token)}`;
  }

  /** Where the token lets its holder set a new password. */
  resetPassword(token: string): string {
    return `${this.#base}/reset-password?token=${encodeURIComponent(token)}`;
  }

  /** Where a new password can be asked for. */
  forgotPassword(): string {
    return `${this.#base}/forgot-password`;
  }

  order(orderId: string): string {
    return `${this.#base}/orders/${encodeURIComponent(orderId)}`;
  }

  cart(): string {
    return `${this.#base}/cart`;
  }

  /** Where the token brings a cart back. */
  restoreCart(token: string): string {
    return `${this.#base}/cart/restore?token=${encodeURIComponent(token)}`;
  }

  product(slug: string): string {
    return `${this.#base}/products/${encodeURIComponent(slug)}`;
  }

  /** Where a product is reviewed. */
  review(productId: string): string {
    return `${this.#base}/products/${encodeURIComponent(productId)}#reviews`;
  }

  /** Where the staff looks after the stock of a SKU. */
  stock(sku: string): string {
    return `${this.#base}/admin/inventory/${encodeURIComponent(sku)}`;
  }
}
