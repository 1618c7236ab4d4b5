-- Every replica follows what is written here, by whichever replica. So basket lines get a position of their own, and
-- products and stock the number of their latest change.
alter table basket_lines add column position bigint generated always as identity;
create unique index basket_lines_by_position on basket_lines (position);

create sequence catalogue_changes;
alter table products add column change bigint not null default nextval('catalogue_changes');
alter table product_stock add column change bigint not null default nextval('catalogue_changes');
create index products_by_change on products (change);
create index product_stock_by_change on product_stock (change);
