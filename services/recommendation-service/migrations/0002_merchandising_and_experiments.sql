-- Products that people put forward.
create table merchandising_rules (
  id uuid primary key,
  kind text not null check (kind in ('pin', 'boost')),
  product_id uuid not null,
  placement text,
  category_id uuid,
  position integer not null check (position between 1 and 100),
  factor double precision not null check (factor between 0.1 and 10),
  starts_at timestamptz,
  ends_at timestamptz check (ends_at > starts_at),
  note text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- Answers shown by each arm of an experiment, by day.
create table experiment_servings (
  experiment text not null,
  arm text not null,
  day date not null,
  answers bigint not null,
  primary key (experiment, arm, day)
);

-- What answers led to: each counts once for each kind of outcome.
create table recommendation_outcomes (
  recommendation_id text not null,
  kind text not null check (kind in ('click', 'cart', 'purchase')),
  experiment text not null,
  arm text not null,
  at timestamptz not null,
  primary key (recommendation_id, kind)
);

create index recommendation_outcomes_by_arm on recommendation_outcomes (experiment, arm);

-- Through which answer a shopper (a user or a session) last came to a product: what they then put into the cart or buy
-- is that answer's.
create table recommendation_clicks (
  shopper text not null,
  product_id uuid not null,
  recommendation_id text not null,
  at timestamptz not null,
  primary key (shopper, product_id)
);

create index recommendation_clicks_by_time on recommendation_clicks (at);
