// Compiles the MJML templates of notification-service to HTML that mail programs show on every width; the Handlebars
// expressions in them stay. Run after changing one of them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mjml from 'mjml';

const folder = join(
  dirname(dirname(fileURLToPath(import.meta.url))),
  'services/notification-service/templates',
);
const PARTS = new Set(['layout', 'order']);

/** The HTML of every template by its name. */
export async function compileMails() {
  const layout = readFileSync(join(folder, 'layout.mjml'), 'utf8');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.mjml'))
    .map((file) => file.slice(0, -'.mjml'.length))
    .filter((name) => !PARTS.has(name));
  const compiled = new Map();
  for (const name of names) {
    const content = readFileSync(join(folder, `${name}.mjml`), 'utf8');
    const { html } = await mjml(
      layout.replace('<!-- content -->', () => content),
      {
        filePath: join(folder, `${name}.mjml`),
        includePath: folder,
        ignoreIncludes: false,
        keepComments: false,
        validationLevel: 'strict',
      },
    );
    compiled.set(name, `${html.replace(/^\s+/gm, '').replace('lang="en"', 'lang="{{language}}"')}\n`);
  }
  return compiled;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(folder, 'compiled'), { recursive: true });
  for (const [name, html] of await compileMails()) {
    writeFileSync(join(folder, 'compiled', `${name}.html.hbs`), html);
  }
}
