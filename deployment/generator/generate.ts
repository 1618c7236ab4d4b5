/** `npm run deployment`: writes the generated files of deployment/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './files.ts';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
for (const [path, text] of await generatedFiles()) {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
process.exit(0);
