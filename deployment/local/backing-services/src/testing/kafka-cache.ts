import { fileURLToPath } from 'node:url';

/** Where the repository keeps what it has fetched, so a second test run fetches nothing. */
export const KAFKA_CACHE = fileURLToPath(new URL('../../../../../.vici/cache/kafka', import.meta.url));
