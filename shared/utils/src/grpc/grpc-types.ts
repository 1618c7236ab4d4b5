/** The codec of one message, as ts-proto generates it. Only what the kit calls is named here. */
export interface MessageType<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
  fromPartial(partial: unknown): Message;
}

/** One unary method of a service. Vici has no streaming methods. */
export interface GrpcMethod {
  readonly name: string;
  readonly requestType: MessageType<unknown>;
  readonly requestStream: false;
  readonly responseType: MessageType<unknown>;
  readonly responseStream: false;
  readonly options: { readonly idempotencyLevel?: 'IDEMPOTENT' | 'NO_SIDE_EFFECTS' };
}

/** A service as ts-proto's `outputServices=generic-definitions` describes it. */
export interface GrpcDefinition {
  readonly name: string;
  readonly fullName: string;
  readonly methods: { readonly [method: string]: GrpcMethod };
}

type MethodOf<D extends GrpcDefinition, M extends keyof D['methods']> = D['methods'][M];

/** The request message of a method, every field present. */
export type RequestOf<D extends GrpcDefinition, M extends keyof D['methods']> = ReturnType<
  MethodOf<D, M>['requestType']['decode']
>;

/** The response message of a method, every field present. */
export type ResponseOf<D extends GrpcDefinition, M extends keyof D['methods']> = ReturnType<
  MethodOf<D, M>['responseType']['decode']
>;

/** What a caller may write as a request: absent fields take their protobuf default. */
export type PartialRequestOf<D extends GrpcDefinition, M extends keyof D['methods']> = Parameters<
  MethodOf<D, M>['requestType']['fromPartial']
>[0];

/** What a handler may answer: absent fields take their protobuf default. */
export type PartialResponseOf<D extends GrpcDefinition, M extends keyof D['methods']> = Parameters<
  MethodOf<D, M>['responseType']['fromPartial']
>[0];

/** What a service's gRPC controller implements. Caller, deadline and signal come from the request context. */
export type GrpcHandlers<D extends GrpcDefinition> = {
  [M in keyof D['methods']]: (request: RequestOf<D, M>) => Promise<PartialResponseOf<D, M>>;
};

/** Per-call settings of a client. */
export interface GrpcCallOptions {
  /** Upper bound of the whole call with its retries, in milliseconds. Default 2000; the context's deadline may shorten it. */
  readonly timeoutMs?: number;
  /** Sent instead of the request context's key. */
  readonly idempotencyKey?: string;
  /** Aborting it cancels the call. */
  readonly signal?: AbortSignal;
}

/** A typed client. Every method rejects with a DomainError and with nothing else. */
export type GrpcClient<D extends GrpcDefinition> = {
  [M in keyof D['methods']]: (
    request: PartialRequestOf<D, M>,
    options?: GrpcCallOptions,
  ) => Promise<ResponseOf<D, M>>;
};
