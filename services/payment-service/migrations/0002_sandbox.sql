-- The books of the sandbox processor. It stands for another company: nothing outside of it reads or joins these.
create schema sandbox;

create table sandbox.intents (
  id text primary key,
  reference uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  status text not null check (status in ('open', 'declined', 'succeeded', 'cancelled')),
  decline_code text,
  client_secret text not null,
  created_at timestamptz not null default now()
);

-- One an intent: the processor takes no money twice.
create table sandbox.charges (
  id text primary key,
  intent_id text not null unique references sandbox.intents (id),
  amount_minor bigint not null,
  created_at timestamptz not null default now()
);

create table sandbox.refunds (
  id text primary key,
  intent_id text not null references sandbox.intents (id),
  reference uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  created_at timestamptz not null default now()
);

create index refunds_of_intent on sandbox.refunds (intent_id);

create table sandbox.idempotency_keys (
  key text primary key,
  fingerprint uuid not null,
  answer jsonb,
  created_at timestamptz not null default now()
);

create table sandbox.webhooks (
  id bigint generated always as identity primary key,
  event jsonb not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  delivered_at timestamptz
);

create index webhooks_due on sandbox.webhooks (due_at) where delivered_at is null;
