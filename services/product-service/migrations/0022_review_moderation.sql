alter table reviews
  -- PENDING and REJECTED reviews are not shown, and the product's rating does not count them.
  add column status text not null default 'PUBLISHED'
    check (status in ('PENDING', 'PUBLISHED', 'APPROVED', 'REJECTED')),
  add column moderation_note text,
  add column moderated_by uuid,
  add column moderated_at timestamptz;

-- The queue: what nobody has looked at, the longest waiting first.
create index reviews_unmoderated on reviews (created_at, id) where status in ('PENDING', 'PUBLISHED');
