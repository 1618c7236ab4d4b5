// Writes the .env.example of every service from its configuration schema. Run after `npm run build`.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { renderEnvExample } = await import(pathToFileURL(join(root, 'shared/utils/dist/index.js')).href);
const folders = ['api-gateway', ...readdirSync(join(root, 'services')).map((name) => join('services', name))];

for (const folder of folders) {
  const exports = await import(pathToFileURL(join(root, folder, 'dist/index.js')).href);
  const service = Object.values(exports).find((value) => value?.config && value?.module);
  if (service === undefined) throw new Error(`${folder} exports no service definition`);
  writeFileSync(join(root, folder, '.env.example'), renderEnvExample(service.name, service.config));
}
