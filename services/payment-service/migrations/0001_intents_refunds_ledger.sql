create table payment_intents (
  id uuid primary key,
  provider text not null,
  -- Empty between the opening of the intent here and at the provider.
  provider_intent_id text unique,
  user_id uuid not null,
  order_id uuid unique,
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  status text not null check (status in ('PENDING', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  client_secret text not null default '',
  captured_minor bigint not null default 0,
  refunded_minor bigint not null default 0,
  decline_code text,
  -- Number of the last try to capture; part of the key the provider is asked with.
  attempt integer not null default 0,
  idempotency_key text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, idempotency_key),
  constraint payment_intents_never_overdrawn
    check (0 <= refunded_minor and refunded_minor <= captured_minor and captured_minor <= amount_minor)
);

create index payment_intents_processing on payment_intents (updated_at) where status = 'PROCESSING';

create table refunds (
  id uuid primary key,
  intent_id uuid not null references payment_intents (id),
  reference text not null,
  amount_minor bigint not null check (amount_minor > 0),
  reason text not null,
  status text not null check (status in ('PENDING', 'SUCCEEDED', 'FAILED')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (intent_id, reference)
);

create index refunds_pending on refunds (updated_at) where status = 'PENDING';

-- Double entry, append-only: a transaction's debits equal its credits, checked when it commits.
create table ledger_entries (
  id bigint generated always as identity primary key,
  transaction_id uuid not null,
  account text not null,
  debit_minor bigint not null default 0 check (debit_minor >= 0),
  credit_minor bigint not null default 0 check (credit_minor >= 0),
  currency char(3) not null,
  intent_id uuid not null references payment_intents (id),
  created_at timestamptz not null default now(),
  -- A transaction has a line an account: what is recorded twice is refused.
  unique (transaction_id, account),
  constraint ledger_entries_one_side check ((debit_minor = 0) <> (credit_minor = 0))
);

create index ledger_entries_of_intent on ledger_entries (intent_id);

create function refuse_ledger_rewrite() returns trigger language plpgsql as $$
begin
  raise exception 'ledger_entries is append-only: correct a mistake with another transaction';
end
$$;

create trigger ledger_entries_append_only before update or delete on ledger_entries
  for each row execute function refuse_ledger_rewrite();
create trigger ledger_entries_never_truncated before truncate on ledger_entries
  for each statement execute function refuse_ledger_rewrite();

create function check_ledger_balance() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from ledger_entries where transaction_id = new.transaction_id
    group by currency having sum(debit_minor) <> sum(credit_minor)
  ) then
    raise exception 'ledger transaction % does not balance', new.transaction_id;
  end if;
  return null;
end
$$;

create constraint trigger ledger_entries_balance after insert on ledger_entries
  deferrable initially deferred for each row execute function check_ledger_balance();

-- What the provider told of, each message once.
create table provider_events (
  provider text not null,
  event_id text not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  applied_at timestamptz,
  primary key (provider, event_id)
);

create index provider_events_unapplied on provider_events (received_at) where applied_at is null;
