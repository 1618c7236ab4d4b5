-- Pictures of users, and the jobs that make their variants.
create table uploads (
  id uuid primary key,
  kind text not null check (kind in ('avatar', 'review', 'product')),
  owner_id uuid not null,
  -- AWAITING: the file has not come; PROCESSING: its variants are being made; DELETED: its files are being removed.
  status text not null check (status in ('AWAITING', 'PROCESSING', 'READY', 'FAILED', 'DELETED')),
  content_type text not null,
  size integer not null check (size > 0),
  -- Where it is served: what products, reviews and profiles name.
  url text not null unique,
  -- Names of the files beside it, such as 2k.avif.
  variants text[] not null default '{}',
  -- Whether its owner's profile shows it; of avatars alone. The other kinds are looked for where they are shown.
  in_use boolean not null default false,
  attempts integer not null default 0,
  -- When it may be taken up (again): a worker that dies leaves it to the next one.
  next_attempt_at timestamptz,
  failure text,
  created_at timestamptz not null default now(),
  completed_at timestamptz
);

create index uploads_jobs on uploads (next_attempt_at) where status = 'PROCESSING';
create index uploads_by_age on uploads (status, created_at);
create index uploads_of_owner on uploads (owner_id, kind);

-- Who shows a picture.
create index products_images on products using gin (images);
create index reviews_images on reviews using gin (images);
