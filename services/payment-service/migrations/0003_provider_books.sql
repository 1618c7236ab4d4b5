alter table payment_intents
  -- The shopper has approved it in the browser; the money is held, not taken.
  add column authorized boolean not null default false,
  -- Opened for the user's customer at the provider, so that their saved methods can pay it.
  add column opened_for_customer boolean not null default false,
  -- Counts the changes: one that was decided on an older version is decided again.
  add column version integer not null default 0;

create index payment_intents_newest on payment_intents (created_at desc, id desc);

alter table refunds
  -- Present where the provider has answered; a refund made there by hand is known by it alone.
  add column provider_refund_id text unique,
  add column tell_shopper boolean not null default false;

-- Who our users are at the provider.
create table provider_customers (
  provider text not null,
  user_id uuid not null,
  customer_id text not null unique,
  created_at timestamptz not null default now(),
  primary key (provider, user_id)
);

-- Complaints of cardholders to their banks.
create table disputes (
  provider text not null,
  dispute_id text not null,
  intent_id uuid not null references payment_intents (id),
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  reason text not null,
  status text not null check (status in ('OPEN', 'WON', 'LOST')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (provider, dispute_id)
);

create index disputes_of_intent on disputes (intent_id);
create index disputes_open on disputes (intent_id) where status = 'OPEN';

-- How the order of a payment stands, as the order events tell; what is compared in a reconciliation.
create table order_standings (
  order_id uuid primary key,
  intent_id uuid not null,
  status text not null,
  total_minor bigint not null,
  currency char(3) not null,
  -- Time of the newest event that was applied.
  as_of timestamptz not null
);

create index order_standings_of_intent on order_standings (intent_id);
create index order_standings_newest on order_standings (as_of);

-- Reports of reconciliations.
create table reconciliations (
  id uuid primary key,
  span_from timestamptz not null,
  span_to timestamptz not null,
  dry_run boolean not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  checked integer not null,
  differences jsonb not null
);

create index reconciliations_newest on reconciliations (started_at desc, id desc);

alter table sandbox.intents drop constraint intents_status_check;
alter table sandbox.intents
  add constraint intents_status_check check (status in ('open', 'declined', 'authorized', 'succeeded', 'cancelled')),
  add column customer_id text;

create index intents_newest on sandbox.intents (created_at);
-- Made in the sandbox's own dashboard, so to speak: without a reference of ours.
alter table sandbox.refunds alter column reference drop not null;

create table sandbox.customers (
  id text primary key,
  reference uuid not null,
  created_at timestamptz not null default now()
);

create table sandbox.payment_methods (
  id text primary key,
  customer_id text not null references sandbox.customers (id),
  -- The test name it behaves like.
  method text not null,
  created_at timestamptz not null default now()
);

create index payment_methods_of_customer on sandbox.payment_methods (customer_id, created_at desc);
