-- What may be backordered is part of what a listing shows since 0031: a product is in stock by it.
drop trigger list_changed_product on products;

create trigger list_changed_product after update on products for each row
when ((
  new.status, new.deleted_at, new.category_id, new.price_minor, new.rating, new.review_count, new.popularity, new.stock,
  new.backorderable, new.is_new, new.is_featured, new.is_on_sale, new.created_at, new.name_text, new.sku_text, new.tags
) is distinct from (
  old.status, old.deleted_at, old.category_id, old.price_minor, old.rating, old.review_count, old.popularity, old.stock,
  old.backorderable, old.is_new, old.is_featured, old.is_on_sale, old.created_at, old.name_text, old.sku_text, old.tags
))
execute function list_product();
