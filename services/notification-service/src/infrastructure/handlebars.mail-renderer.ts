import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import {
  type MailContent,
  MailRenderer,
  type RenderedMail,
  type TemplateName,
} from '../application/mail-content.js';

const TEMPLATES = new URL('../../templates/', import.meta.url);
const SUFFIX = '.hbs';

type Part = 'subject' | 'html' | 'text';
type Template = HandlebarsTemplateDelegate<unknown>;

/** Every template by name; a new one is a compile error until it is listed. */
const NAMES: Readonly<Record<TemplateName, true>> = {
  welcome: true,
  'password-reset': true,
  'security-notice': true,
  'order-confirmed': true,
  'order-payment-failed': true,
  'order-cancelled': true,
  'payment-returned': true,
  'cart-abandoned': true,
};

/**
 * The templates of the folder `templates`: `<name>.subject.hbs`, `<name>.html.hbs`, `<name>.text.hbs`; every file may
 * include every other by its name. What HTML shows is escaped, subjects and texts are plain.
 */
export class HandlebarsMailRenderer extends MailRenderer {
  readonly #templates: ReadonlyMap<string, Template>;

  /** @throws Error when a template is missing or cannot be read */
  constructor() {
    super();
    const files = readdirSync(TEMPLATES).filter((file) => file.endsWith(SUFFIX));
    const sources = new Map(
      files.map((file) => [file.slice(0, -SUFFIX.length), readFileSync(new URL(file, TEMPLATES), 'utf8')]),
    );
    const engine = Handlebars.create();
    for (const [name, source] of sources)
      engine.registerPartial(name, engine.compile(source, optionsOf(name)));
    this.#templates = new Map(
      [...sources].map(([name, source]) => [name, engine.compile(source, optionsOf(name))]),
    );
    for (const name of Object.keys(NAMES)) {
      for (const part of ['subject', 'html', 'text'] satisfies Part[]) this.find(name, part);
    }
  }

  render({ template, model }: MailContent): RenderedMail {
    const render = (part: Part) => this.find(template, part)(model);
    return {
      // A subject is one line, whatever a name in it holds.
      subject: render('subject').replace(/\s+/gu, ' ').trim(),
      html: render('html'),
      text: render('text'),
    };
  }

  private find(name: string, part: Part): Template {
    const template = this.#templates.get(`${name}.${part}`);
    if (template === undefined) throw new Error(`There is no template ${name}.${part}${SUFFIX}`);
    return template;
  }
}

/** `strict`: a misspelt field fails instead of leaving a hole in the mail. */
function optionsOf(name: string): CompileOptions {
  return { strict: true, noEscape: !name.endsWith('.html') };
}
