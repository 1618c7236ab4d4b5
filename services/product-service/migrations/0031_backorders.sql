-- Units that may be ordered beyond the available ones: of the SKU, and of the product over its SKUs.
alter table stock_levels add column backorderable integer not null default 0;
alter table products add column backorderable integer not null default 0;

-- As before; what may be backordered is in stock for whoever filters by it.
create or replace function list_product() returns trigger
language plpgsql as $$
begin
  if new.status = 'INACTIVE' or new.deleted_at is not null then
    delete from product_listings where id = new.id;
    return null;
  end if;
  insert into product_listings (
    id, category_id, price_minor, rating, review_count, popularity, stock, in_stock, is_new, is_featured, is_on_sale,
    created_at, name_text, sku_text, tags
  )
  values (
    new.id, new.category_id, new.price_minor, new.rating, new.review_count, new.popularity, new.stock,
    (new.stock > 0 or new.backorderable > 0) and new.status = 'ACTIVE', new.is_new, new.is_featured, new.is_on_sale,
    new.created_at, new.name_text, new.sku_text, new.tags
  )
  on conflict (id) do update set
    category_id = excluded.category_id, price_minor = excluded.price_minor, rating = excluded.rating,
    review_count = excluded.review_count, popularity = excluded.popularity, stock = excluded.stock,
    in_stock = excluded.in_stock, is_new = excluded.is_new, is_featured = excluded.is_featured,
    is_on_sale = excluded.is_on_sale, created_at = excluded.created_at, name_text = excluded.name_text,
    sku_text = excluded.sku_text, tags = excluded.tags;
  return null;
end
$$;
