import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import {
  type MailContent,
  type MailFrame,
  MailRenderer,
  type RenderedMail,
  type TemplateName,
} from '../application/mail-content.js';
import { sampleOf, TEMPLATE_NAMES } from '../application/sample-content.js';
import { LANGUAGES, type Language } from '../domain/language.js';
import { type Price, priceText } from '../domain/price-text.js';
import { readWords, type Words } from './mail-words.js';

const TEMPLATES = new URL('../../templates/', import.meta.url);

type Template = HandlebarsTemplateDelegate<unknown>;

/** HTML escapes what it is filled with; subjects, texts and the lines of the inbox are plain. */
interface Form {
  readonly escapes: boolean;
  readonly engine: typeof Handlebars;
}

interface Mail {
  readonly html: Template;
  readonly text: Template;
}

/**
 * Fills the templates of the folder `templates`: `<name>.mjml` (compiled by `npm run mails` to `compiled/<name>.html.hbs`)
 * and `<name>.text.hbs` say where something stands, `words/<language>.json` how it is called. Everything is compiled and
 * rendered once at start, so that no mail waits for it and none is found faulty later.
 */
export class HandlebarsMailRenderer extends MailRenderer {
  readonly #mails: ReadonlyMap<TemplateName, Mail>;
  readonly #words = readWords(TEMPLATES);
  readonly #phrases = new Map<string, Template>();
  readonly #plain: Form = { escapes: false, engine: Handlebars.create() };

  /** @throws Error when a template, or a phrase it names, is missing or cannot be read */
  constructor() {
    super();
    const html: Form = { escapes: true, engine: Handlebars.create() };
    for (const form of [html, this.#plain]) this.addHelpers(form);
    this.#plain.engine.registerPartial('order.text', read('order.text.hbs'));
    this.#mails = new Map(
      TEMPLATE_NAMES.map((name) => [
        name,
        {
          html: html.engine.compile(read(`compiled/${name}.html.hbs`), optionsOf(html)),
          text: this.#plain.engine.compile(read(`${name}.text.hbs`), optionsOf(this.#plain)),
        },
      ]),
    );
    for (const language of LANGUAGES) {
      for (const name of TEMPLATE_NAMES) this.render(sampleOf(name), { language });
    }
  }

  render({ template, model }: MailContent, frame: MailFrame): RenderedMail {
    const mail = this.#mails.get(template);
    if (mail === undefined) throw new Error(`There is no template ${template}`);
    const data = { language: frame.language, template };
    const filled = { unsubscribeUrl: undefined, ...frame, ...model };
    const line = (key: string) =>
      this.phrase(
        this.#plain,
        frame.language,
        template,
        key,
      )(filled, { data })
        // One line, whatever a name in it holds.
        .replace(/\s+/gu, ' ')
        .trim();
    return {
      subject: line('subject'),
      html: mail.html(filled, { data }),
      text: mail.text(filled, { data }),
      title: line('title'),
      message: line('message'),
    };
  }

  private addHelpers({ escapes, engine }: Form): void {
    const say = (...given: unknown[]) => {
      const options = given.at(-1);
      if (!isOptions(options)) throw new TypeError('say was called by no template');
      const { language, template, root } = options.data;
      const key = given.slice(0, -1).join('.');
      const phrase = this.phrase({ escapes, engine }, language, template, key);
      const said = phrase({ ...root, ...options.hash }, { data: options.data });
      return escapes ? new engine.SafeString(said) : said;
    };
    engine.registerHelper('say', say);
    engine.registerHelper('money', (price: Price, { data }: Handlebars.HelperOptions) =>
      priceText(price, data.language),
    );
    engine.registerHelper('moment', (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`);
  }

  private phrase({ escapes, engine }: Form, language: Language, template: string, key: string): Template {
    const name = [escapes, language, template, key].join(' ');
    const known = this.#phrases.get(name);
    if (known !== undefined) return known;
    const source = phraseOf(this.#words[language], template, key);
    if (source === undefined) throw new Error(`There are no ${language} words for ${key} of ${template}`);
    const phrase = engine.compile(source, optionsOf({ escapes, engine }));
    this.#phrases.set(name, phrase);
    return phrase;
  }
}

function phraseOf(words: Words, template: string, key: string): string | undefined {
  return words[template]?.[key] ?? words['shared']?.[key];
}

function isOptions(value: unknown): value is Handlebars.HelperOptions {
  return typeof value === 'object' && value !== null && 'hash' in value && 'data' in value;
}

function read(file: string): string {
  return readFileSync(new URL(file, TEMPLATES), 'utf8');
}

/** `strict`: a misspelt field fails instead of leaving a hole in the mail. */
function optionsOf({ escapes }: Form): CompileOptions {
  return { strict: true, noEscape: !escapes };
}
