// Writes api-gateway/assets/vici-events.js, the browser snippet as it is served, from its source.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minifySync, transformWithOxc } from 'vite';

const gateway = join(dirname(dirname(fileURLToPath(import.meta.url))), 'api-gateway');
const source = join(gateway, 'browser/vici-events.ts');

/** The snippet as JavaScript, minified. */
export async function buildSnippet() {
  const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source, { target: 'es2022' });
  const minified = minifySync('vici-events.js', code, { module: true });
  if (minified.errors.length > 0) throw new Error(minified.errors.map(({ message }) => message).join('\n'));
  return minified.code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const code = await buildSnippet();
  writeFileSync(join(gateway, 'assets/vici-events.js'), `${code.trimEnd()}\n`);
  console.log(`${Buffer.byteLength(code)} bytes`);
}
