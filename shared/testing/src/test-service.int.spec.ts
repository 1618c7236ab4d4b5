import { Inject, Injectable, Module } from '@nestjs/common';
import { Database, DatabaseModule } from '@vici/database';
import {
  createEvent,
  type DomainEvent,
  EventPublisher,
  EventsModule,
  eventBusOf,
  eventsMigrations,
  OnEvent,
} from '@vici/events';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import {
  baseConfig,
  currentCaller,
  DomainError,
  databaseConfig,
  defineService,
  deterministicId,
  eventBusConfig,
  type GrpcClient,
  type GrpcHandlers,
  grpcClient,
  grpcServerConfig,
  httpConfig,
  InjectGrpc,
  upstreamConfig,
} from '@vici/utils';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asCaller } from './as-caller.js';
import { eventually } from './eventually.js';
import { fakeUpstream } from './fake-upstream.js';
import { useService } from './test-service.js';

const jsonCodec = <M>(defaults: M) => ({
  encode: (message: M) => ({ finish: () => Buffer.from(JSON.stringify(message)) }),
  decode: (bytes: Uint8Array): M => JSON.parse(Buffer.from(bytes).toString()),
  fromPartial: (partial: Partial<M>): M => ({ ...defaults, ...partial }),
});

const TallyDefinition = {
  name: 'TallyService',
  fullName: 'vici.inventory.v1.TallyService',
  methods: {
    expire: {
      name: 'Expire',
      requestType: jsonCodec({ reservationId: '' }),
      requestStream: false,
      responseType: jsonCodec({ caller: '', cartId: '' }),
      responseStream: false,
      options: {},
    },
    deletions: {
      name: 'Deletions',
      requestType: jsonCodec({}),
      requestStream: false,
      responseType: jsonCodec({ userIds: [''] }),
      responseStream: false,
      options: {},
    },
  },
} as const;

const config = z.object({
  ...baseConfig,
  ...httpConfig(0),
  ...grpcServerConfig(0),
  ...databaseConfig('tally_db'),
  ...eventBusConfig,
  ...upstreamConfig('cart'),
  GREETING: z.string().describe('What the test adds to the environment.'),
});

@Injectable()
class TallyController implements GrpcHandlers<typeof TallyDefinition> {
  readonly #deleted: string[] = [];

  constructor(
    @Inject(Database) private readonly database: Database<unknown>,
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @InjectGrpc(CartServiceDefinition) private readonly carts: GrpcClient<typeof CartServiceDefinition>,
  ) {}

  async expire({ reservationId }: { reservationId: string }): Promise<{ caller: string; cartId: string }> {
    const cart = await this.carts.getCart({});
    const data = { reservationId, orderId: reservationId, expiredAt: '2026-01-01T00:00:00.000Z' };
    await this.database.transaction(() =>
      this.events.publish(createEvent('reservation.expired', { subject: reservationId, data })),
    );
    return { caller: currentCaller().userId ?? '', cartId: cart.id };
  }

  async deletions(): Promise<{ userIds: string[] }> {
    return { userIds: this.#deleted };
  }

  @OnEvent('user.deleted')
  async onUserDeleted(event: DomainEvent<'user.deleted'>): Promise<void> {
    this.#deleted.push(event.data.userId);
  }
}

@Module({})
class TallyModule {}

const tallyService = defineService({
  name: 'inventory',
  config,
  module: (settings) => ({
    module: TallyModule,
    imports: [
      DatabaseModule.forRoot({
        url: settings.DATABASE_URL,
        service: 'inventory',
        migrations: eventsMigrations,
      }),
      EventsModule.forRoot({ service: 'inventory', bus: eventBusOf(settings) }),
    ],
    providers: [TallyController, grpcClient(CartServiceDefinition)],
  }),
  grpc: [{ definition: TallyDefinition, controller: TallyController }],
});

const carts = fakeUpstream(CartServiceDefinition, { getCart: async () => ({ id: 'cart-1' }) });
const service = useService(tallyService, () => ({ GREETING: 'hello' }), { upstreams: [carts] });

const reservationId = deterministicId('reservation');
const userId = deterministicId('user');

afterEach(() => {
  service.clearEvents();
  carts.handlers.getCart = async () => ({ id: 'cart-1' });
});

describe('useService', () => {
  it('answers its API as the caller of the test, with the upstreams of the test', async () => {
    const answer = await asCaller({ userId }, () =>
      service.client(TallyDefinition).expire({ reservationId }),
    );
    expect(answer).toEqual({ caller: userId, cartId: 'cart-1' });
  });

  it('serves readiness on its own port', async () => {
    const response = await fetch(`http://127.0.0.1:${service.running.httpPort}/ready`);
    expect(response.status).toBe(200);
  });

  it('collects what the service publishes, and nothing from before it was cleared', async () => {
    await service.client(TallyDefinition).expire({ reservationId });
    const [event] = await eventually(() => {
      expect(service.events().map(({ type }) => type)).toContain('reservation.expired');
      return service.events();
    });
    expect(event).toMatchObject({ source: 'vici/inventory-service', subject: reservationId });
    service.clearEvents();
    expect(service.events()).toEqual([]);
  });

  it('hands the service the events of others, and does not take them for its own', async () => {
    const data = { userId, deletedAt: '2026-01-01T00:00:00.000Z' };
    await service.publish(createEvent('user.deleted', { subject: userId, data }));
    await eventually(async () => {
      expect(await service.client(TallyDefinition).deletions({})).toEqual({ userIds: [userId] });
    });
    expect(service.events().filter(({ type }) => type === 'user.deleted')).toEqual([]);
  });

  it('lets a test change what an upstream answers, errors included', async () => {
    carts.handlers.getCart = async () => {
      throw new DomainError('CART_EMPTY', 'The cart is empty.');
    };
    const call = service.client(TallyDefinition).expire({ reservationId });
    await expect(call).rejects.toMatchObject({ code: 'CART_EMPTY', message: 'The cart is empty.' });
  });

  it('passes the environment of the test on and gives out providers', () => {
    expect(service.env['GREETING']).toBe('hello');
    expect(service.get(TallyController)).toBeInstanceOf(TallyController);
  });
});
