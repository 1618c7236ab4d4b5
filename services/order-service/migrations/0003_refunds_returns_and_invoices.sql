-- Money given back for an order that stands. Amounts are minor units of the order's currency.
CREATE TABLE refunds (
  id           uuid        PRIMARY KEY,
  order_id     uuid        NOT NULL REFERENCES orders (id),
  amount       bigint      NOT NULL CHECK (amount > 0),
  currency     char(3)     NOT NULL,
  reason       text        NOT NULL,
  requested_by text        NOT NULL,
  status       text        NOT NULL CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
  -- Units that go back on the shelf: [{orderItemId, quantity}].
  restock      jsonb       NOT NULL,
  return_id    uuid,
  -- Idempotency key of the call that asked for it.
  request_key  text,
  attempts     integer     NOT NULL DEFAULT 0,
  last_error   text,
  -- Null: settled.
  next_run_at  timestamptz,
  created_at   timestamptz NOT NULL,
  settled_at   timestamptz
);

CREATE INDEX refunds_order ON refunds (order_id, created_at DESC);
CREATE INDEX refunds_due ON refunds (next_run_at) WHERE next_run_at IS NOT NULL;
CREATE UNIQUE INDEX refunds_request_key ON refunds (order_id, request_key) WHERE request_key IS NOT NULL;
CREATE UNIQUE INDEX refunds_return ON refunds (return_id) WHERE return_id IS NOT NULL AND status <> 'FAILED';

CREATE TABLE returns (
  id           uuid        PRIMARY KEY,
  order_id     uuid        NOT NULL REFERENCES orders (id),
  order_number text        NOT NULL,
  user_id      uuid        NOT NULL,
  status       text        NOT NULL CHECK (status IN ('REQUESTED', 'APPROVED', 'REJECTED', 'RECEIVED', 'REFUNDED')),
  reason       text        NOT NULL,
  note         text        NOT NULL,
  -- [{orderItemId, quantity}]
  lines        jsonb       NOT NULL,
  -- The units fit to be sold again, known once they are received.
  restock      jsonb       NOT NULL,
  value        bigint      NOT NULL CHECK (value >= 0),
  refunded     bigint,
  currency     char(3)     NOT NULL,
  request_key  text,
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL
);

CREATE INDEX returns_order ON returns (order_id, created_at DESC);
CREATE INDEX returns_queue ON returns (status, created_at, id);
CREATE UNIQUE INDEX returns_request_key ON returns (order_id, request_key) WHERE request_key IS NOT NULL;

-- The last number given out per kind and year. Drawn in the transaction that issues: no gaps.
CREATE TABLE invoice_numbers (
  kind text    NOT NULL,
  year integer NOT NULL,
  last integer NOT NULL,
  PRIMARY KEY (kind, year)
) WITH (fillfactor = 10);

CREATE TABLE invoices (
  id        uuid        PRIMARY KEY,
  order_id  uuid        NOT NULL REFERENCES orders (id),
  kind      text        NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
  year      integer     NOT NULL,
  sequence  integer     NOT NULL,
  total     bigint      NOT NULL,
  currency  char(3)     NOT NULL,
  -- Why money went back; empty on an invoice.
  reason    text        NOT NULL,
  issued_at timestamptz NOT NULL,
  CONSTRAINT invoices_number_key UNIQUE (kind, year, sequence)
);

CREATE INDEX invoices_order ON invoices (order_id, issued_at, id);
CREATE UNIQUE INDEX invoices_one_per_order ON invoices (order_id) WHERE kind = 'INVOICE';
