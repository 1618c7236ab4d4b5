import type { Twilio } from 'twilio';
import { MessageError, MessageProvider, type OutgoingMail } from '../application/message-provider.js';

/** The Twilio account that sends. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** E.164, or a messaging service. */
  readonly from: string;
  /** Another address of the API, for tests. */
  readonly apiUrl?: string;
}

const TIMEOUT_MS = 10_000;
const LOOKED_AT = 20;

/** Sends text messages by Twilio's API. Twilio can be asked what it has taken: by the number and the exact text. */
export class TwilioSmsProvider extends MessageProvider {
  #client: Promise<Twilio> | undefined;

  constructor(private readonly account: TwilioAccount) {
    super();
  }

  async send({ recipient, text }: OutgoingMail): Promise<string> {
    const client = await this.client();
    try {
      const { from } = this.account;
      const { sid } = await client.messages.create({ to: recipient, from, body: text });
      return sid;
    } catch (error) {
      throw toMailError(error);
    }
  }

  override async receiptOf({ recipient, text }: OutgoingMail): Promise<string | undefined> {
    const client = await this.client();
    try {
      const sent = await client.messages.list({ to: recipient, limit: LOOKED_AT });
      return sent.find(({ body }) => body === text)?.sid;
    } catch (error) {
      throw toMailError(error);
    }
  }

  /** Loaded when the first message is sent: the SDK is large, and most processes never need it. */
  private client(): Promise<Twilio> {
    this.#client ??= openClient(this.account);
    return this.#client;
  }
}

async function openClient({ accountSid, authToken, apiUrl }: TwilioAccount): Promise<Twilio> {
  const { default: twilio } = await import('twilio');
  const http = new twilio.RequestClient({ timeout: TIMEOUT_MS });
  if (apiUrl !== undefined) {
    http.axios.interceptors.request.use((request) => {
      const { pathname, search } = new URL(request.url ?? '');
      request.url = `${apiUrl}${pathname}${search}`;
      return request;
    });
  }
  return twilio(accountSid, authToken, { httpClient: http });
}

/** Twilio's own words may name the number: only codes are kept. */
function toMailError(error: unknown): MessageError {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (typeof status !== 'number') return new MessageError('SMS: Twilio did not answer', false);
  return new MessageError(`SMS: ${status} ${String(code ?? '')}`.trim(), status === 400 || status === 404);
}
