-- Every sale changes the stock of a product. Where its page has room for the new row, the nine indexes are left alone.
alter table products set (fillfactor = 80);
