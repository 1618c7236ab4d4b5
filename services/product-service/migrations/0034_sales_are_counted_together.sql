-- Units of confirmed orders that popularity does not count yet. A product is a wide row and its listing one with many
-- indexes: they are written once for all that was sold of them in a few seconds, not once for each order.
create table uncounted_sales (
  product_id uuid not null,
  units bigint not null
);
