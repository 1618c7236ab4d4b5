import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How people call this program. */
export const PROGRAM = './quick-start.sh';

/** The checkout this program belongs to, and where its data goes. */
export interface Workspace {
  readonly root: string;
  readonly dataDir: string;
}

/** The workspace of this file: dist/cli lies in deployment/local. */
export function workspace(): Workspace {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
  const dataDir = process.env['VICI_DATA_DIR']?.trim();
  return { root, dataDir: dataDir ? resolve(dataDir) : join(root, '.vici') };
}
