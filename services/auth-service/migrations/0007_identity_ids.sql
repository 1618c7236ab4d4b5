-- What people name a linked account elsewhere by: its issuer may not be configured any more.
alter table identities add column id uuid not null default gen_random_uuid() constraint identities_id unique;
