-- Who bought in a time is read from this index alone.
drop index order_facts_buyers;
create index order_facts_buyers on order_facts (currency, confirmed_at, user_id) where not cancelled;
