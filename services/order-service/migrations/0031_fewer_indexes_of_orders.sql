-- A shopper has few orders: those of one status are found among them. Without it the confirmation of an order, which
-- changes its status, touches no index at all.
DROP INDEX orders_user_status_newest;
