-- Units that may be ordered beyond what is on the shelf; null: none. The same in every warehouse of the SKU.
alter table stock_items add column backorder_limit integer check (backorder_limit >= 0);
-- Those of the reserved units that the shelf does not hold yet: of open reservations, and sold ones that are owed.
alter table stock_items add column backordered integer not null default 0;

alter table stock_items drop constraint stock_items_never_oversold;
alter table stock_items add constraint stock_items_never_oversold check (
  on_hand >= 0 and backordered >= 0 and reserved >= backordered and reserved - backordered <= on_hand
) not valid;
alter table stock_items validate constraint stock_items_never_oversold;

-- Those of the line's units that wait for a receipt. A line whose units came from another warehouse after all is left empty.
alter table reservation_lines add column backordered integer not null default 0;
alter table reservation_lines drop constraint reservation_lines_quantity_check;
alter table reservation_lines add constraint reservation_lines_quantity_check check (
  quantity >= 0 and backordered between 0 and quantity
);

create index reservation_lines_waiting on reservation_lines (sku) where backordered > 0;
