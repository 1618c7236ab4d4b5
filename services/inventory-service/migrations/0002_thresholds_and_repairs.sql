-- Available units at which the SKU is low; the shop's where it is null. The same in every warehouse that has a value.
alter table stock_items add column low_stock_threshold integer check (low_stock_threshold >= 0);

-- A repair brings the ledger to what is on the shelf.
alter table stock_movements drop constraint stock_movements_kind_check;
alter table stock_movements add constraint stock_movements_kind_check
  check (kind in ('RECEIVE', 'SET', 'ADD', 'SUBTRACT', 'SALE', 'RESTOCK', 'REPAIR')) not valid;

create index stock_items_of_product on stock_items (product_id);
