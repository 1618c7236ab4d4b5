-- Units sold elsewhere before Vici, as last told; they are part of products.popularity.
create table past_sales (
  origin text not null,
  product_id uuid not null references products (id) on delete cascade,
  units bigint not null check (units > 0),
  primary key (origin, product_id)
);
