/** Reading the "Online Retail" data set, for whoever measures with it. */
export { ImportFileError } from '../import-file.error.js';
export { readRetailFile } from './retail-file.js';
export type { RetailRow } from './row.js';
export { kindOfCode, normalCode } from './stock-code.js';
