create table profiles (
  user_id uuid primary key,
  email text not null default '',
  email_verified boolean not null default false,
  first_name text not null default '',
  last_name text not null default '',
  phone text,
  avatar text,
  -- The registration event never overwrites a name the shopper has edited since.
  edited boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table preferences (
  user_id uuid primary key references profiles (user_id) on delete cascade,
  email_notifications boolean not null default true,
  sms_notifications boolean not null default false,
  marketing_emails boolean not null default false,
  language text not null default 'en',
  currency char(3) not null default 'USD'
);

create table addresses (
  id uuid primary key,
  user_id uuid not null,
  first_name text not null,
  last_name text not null,
  address_line1 text not null,
  address_line2 text,
  city text not null,
  state text not null,
  postal_code text not null,
  country char(2) not null,
  phone text not null,
  is_default boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index addresses_of_user on addresses (user_id, created_at desc);
-- Exactly one default whenever there is any: at most one by this index, at least one by the use cases.
create unique index addresses_one_default on addresses (user_id) where is_default;
