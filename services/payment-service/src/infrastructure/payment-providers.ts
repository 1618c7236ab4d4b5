import type { Provider } from '@nestjs/common';
import { Stripe } from 'stripe';
import { PaymentProvider } from '../application/payment-provider.js';
import type { PaymentConfig } from '../payment.config.js';
import { NothingToPayProvider } from './nothing-to-pay.payment-provider.js';
import { SandboxBooks } from './sandbox/sandbox.books.js';
import { SandboxDashboard } from './sandbox/sandbox.dashboard.js';
import { SandboxPaymentProvider } from './sandbox/sandbox.payment-provider.js';
import { SandboxVault } from './sandbox/sandbox.vault.js';
import { SandboxWebhookCourier } from './sandbox/sandbox-webhook.courier.js';
import { SandboxWebhookQueue } from './sandbox/sandbox-webhook.queue.js';
import { SandboxWebhookSignal } from './sandbox/sandbox-webhook.signal.js';
import { StripePaymentProvider } from './stripe/stripe.payment-provider.js';

/** The version of Stripe's API this code was written for; the account's own default does not matter. */
const API_VERSION = '2026-10-28.endive';
/** With the same idempotency key, and only where no answer came. */
const RETRIES = 1;

/** Stripe where its key is configured, else the sandbox. */
export function paymentProviders(config: PaymentConfig): Provider[] {
  const { STRIPE_SECRET_KEY: key } = config;
  if (key === undefined) {
    return [
      SandboxBooks,
      SandboxVault,
      SandboxWebhookSignal,
      SandboxPaymentProvider,
      SandboxDashboard,
      SandboxWebhookQueue,
      SandboxWebhookCourier,
      {
        provide: PaymentProvider,
        useFactory: (sandbox: SandboxPaymentProvider) => new NothingToPayProvider(sandbox),
        inject: [SandboxPaymentProvider],
      },
    ];
  }
  const stripe = stripeClient(key, config);
  const secrets = config.STRIPE_WEBHOOK_SECRETS ?? [];
  const toleranceSeconds = config.STRIPE_WEBHOOK_TOLERANCE_SECONDS;
  const provider = new StripePaymentProvider(stripe, { secrets, toleranceSeconds });
  return [{ provide: PaymentProvider, useValue: new NothingToPayProvider(provider) }];
}

function stripeClient(key: string, config: PaymentConfig): Stripe {
  const { protocol, hostname, port } = new URL(config.STRIPE_API_URL);
  return new Stripe(key, {
    apiVersion: API_VERSION,
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    ...(port !== '' && { port }),
    timeout: config.STRIPE_TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
    appInfo: { name: 'vici' },
  });
}
