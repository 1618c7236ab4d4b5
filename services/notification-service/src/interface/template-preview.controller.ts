import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { DomainError } from '@vici/utils';
import { MailRenderer } from '../application/mail-content.js';
import { sampleOf, TEMPLATE_NAMES } from '../application/sample-content.js';
import { LANGUAGES, languageOf } from '../domain/language.js';

const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';

/** Pages that show every template with made-up data; not there in production. */
@Controller('previews')
export class TemplatePreviewController {
  constructor(private readonly renderer: MailRenderer) {}

  @Get()
  @Header('content-type', HTML)
  list(): string {
    const rows = TEMPLATE_NAMES.map((name) => {
      const links = LANGUAGES.flatMap((language) =>
        ['html', 'text'].map((form) => {
          const address = `/previews/${name}/${form}?language=${language}`;
          return `<a href="${address}">${language} ${form}</a>`;
        }),
      );
      return `<tr><td>${name}</td><td>${links.join(' ')}</td></tr>`;
    });
    return `<!doctype html><html lang="en"><title>Templates</title><h1>Templates</h1><table>${rows.join('')}</table></html>`;
  }

  @Get(':template/html')
  @Header('content-type', HTML)
  html(@Param('template') template: string, @Query('language') language?: string): string {
    return this.sample(template, language).html;
  }

  @Get(':template/text')
  @Header('content-type', TEXT)
  text(@Param('template') template: string, @Query('language') language?: string): string {
    const { subject, title, message, text } = this.sample(template, language);
    return `Subject: ${subject}\nInbox: ${title} / ${message}\n\n${text}`;
  }

  private sample(name: string, tag: string | undefined) {
    const template = TEMPLATE_NAMES.find((known) => known === name);
    if (template === undefined) throw new DomainError('NOT_FOUND', 'There is no such template.');
    const frame = { language: languageOf(tag), unsubscribeUrl: 'https://shop.example/unsubscribe' };
    return this.renderer.render(sampleOf(template), frame);
  }
}
