-- Amounts are minor units of the order's currency.
CREATE TABLE orders (
  id                 uuid        PRIMARY KEY,
  number             text        NOT NULL CONSTRAINT orders_number_key UNIQUE,
  user_id            uuid        NOT NULL,
  email              text        NOT NULL,
  shopper_session_id text,
  status             text        NOT NULL CHECK (status IN ('PENDING', 'PROCESSING', 'PAYMENT_PENDING', 'PAYMENT_FAILED',
                                 'CONFIRMED', 'PREPARING', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED')),
  currency           char(3)     NOT NULL,
  subtotal           bigint      NOT NULL CHECK (subtotal >= 0),
  shipping           bigint      NOT NULL CHECK (shipping >= 0),
  tax                bigint      NOT NULL CHECK (tax >= 0),
  discount           bigint      NOT NULL CHECK (discount >= 0 AND discount <= subtotal),
  total              bigint      NOT NULL CHECK (total >= 0),
  coupon_code        text,
  shipping_address   jsonb       NOT NULL,
  billing_address    jsonb,
  -- The payment provider's token, never a card number.
  payment_method     text        NOT NULL,
  -- The payment intent.
  payment_id         uuid        NOT NULL,
  tracking           jsonb,
  version            integer     NOT NULL,
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL
) WITH (fillfactor = 85);

CREATE INDEX orders_user_newest ON orders (user_id, created_at DESC, id DESC);
CREATE INDEX orders_user_status_newest ON orders (user_id, status, created_at DESC, id DESC);

CREATE TABLE order_items (
  id            uuid    PRIMARY KEY,
  order_id      uuid    NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  position      integer NOT NULL,
  product_id    uuid    NOT NULL,
  variant_id    uuid,
  sku           text    NOT NULL,
  name          text    NOT NULL,
  image         text    NOT NULL,
  category_id   uuid,
  category_name text,
  quantity      integer NOT NULL CHECK (quantity > 0),
  unit_price    bigint  NOT NULL CHECK (unit_price >= 0),
  total_price   bigint  NOT NULL CHECK (total_price = unit_price * quantity),
  CONSTRAINT order_items_position_key UNIQUE (order_id, position)
);

CREATE TABLE order_history (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id   uuid        NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  status     text        NOT NULL,
  note       text        NOT NULL,
  updated_by text        NOT NULL,
  at         timestamptz NOT NULL
);

CREATE INDEX order_history_order ON order_history (order_id, id);

-- The last order number given out per year. Numbers are drawn in blocks: gaps are allowed.
CREATE TABLE order_numbers (
  year integer PRIMARY KEY,
  last integer NOT NULL
);

-- What each shopper last asked the price for: the payment that follows is for the same.
CREATE TABLE checkout_quotes (
  user_id     uuid        PRIMARY KEY,
  address_id  uuid        NOT NULL,
  coupon_code text,
  updated_at  timestamptz NOT NULL DEFAULT now()
);

-- Payments opened for carts.
CREATE TABLE checkout_intents (
  id           uuid        PRIMARY KEY,
  user_id      uuid        NOT NULL,
  amount       bigint      NOT NULL,
  currency     char(3)     NOT NULL,
  cart_id      uuid        NOT NULL,
  cart_version bigint      NOT NULL,
  -- Idempotency key under which the payment service opened it.
  payment_key  text        NOT NULL,
  -- Idempotency key of the shopper's call.
  request_key  text,
  created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX checkout_intents_cart ON checkout_intents (user_id, cart_id, cart_version, created_at DESC);
CREATE UNIQUE INDEX checkout_intents_request_key ON checkout_intents (user_id, request_key) WHERE request_key IS NOT NULL;

-- A checkout and how far it is. One per payment intent, and one per order.
CREATE TABLE checkout_sagas (
  id                uuid        PRIMARY KEY,
  order_id          uuid        NOT NULL CONSTRAINT checkout_sagas_order_key UNIQUE,
  payment_intent_id uuid        NOT NULL CONSTRAINT checkout_sagas_intent_key UNIQUE,
  user_id           uuid        NOT NULL,
  -- Idempotency key of the call that placed the order in one step.
  place_key         text,
  state             text        NOT NULL CHECK (state IN ('running', 'compensating', 'awaiting_retry', 'completed', 'cancelled')),
  -- The step to do next; for people. What counts is done_steps.
  step              text,
  done_steps        text[]      NOT NULL DEFAULT '{}',
  -- Number of the shopper's try at paying.
  attempt           integer     NOT NULL DEFAULT 1,
  -- Failures in a row of the present step.
  attempts          integer     NOT NULL DEFAULT 0,
  -- Null: nothing is left to do.
  next_run_at       timestamptz,
  lease_owner       uuid,
  lease_until       timestamptz,
  deadline_at       timestamptz NOT NULL,
  context           jsonb       NOT NULL,
  outcome           jsonb,
  cancel_request    jsonb,
  paid_at           timestamptz,
  refund_id         text,
  last_error        text,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

CREATE UNIQUE INDEX checkout_sagas_place_key ON checkout_sagas (user_id, place_key) WHERE place_key IS NOT NULL;
CREATE INDEX checkout_sagas_due ON checkout_sagas (next_run_at) WHERE next_run_at IS NOT NULL;
