// Fills the product_db at a URL with so many generated products, in a process of its own: what that leaves to the
// garbage collector must not be collected while a service is measured.
import { loadCatalogue } from './load-catalogue.ts';

const [, , databaseUrl = '', count] = process.argv;
await loadCatalogue(databaseUrl, Number(count));
