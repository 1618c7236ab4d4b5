import { z } from 'zod';
import { pageQuery, text } from '../rest/fields.js';
import { instant, listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';

const tags = ['Administration'];

export const searchMissShape = z
  .object({ query: z.string(), count: z.int(), firstAt: instant, lastAt: instant })
  .meta({ id: 'SearchMiss' });

export const synonymsShape = z
  .object({ word: z.string(), synonyms: z.array(z.string()) })
  .meta({ id: 'Synonyms' });

export const listSearchMissesRoute = defineRoute({
  method: 'GET',
  path: '/admin/search/misses',
  auth: 'admin',
  permission: 'products:read',
  summary: 'Searches that found nothing, the most frequent first',
  tags,
  query: z.object(pageQuery),
  response: listOf(searchMissShape),
});

export const listSynonymsRoute = defineRoute({
  method: 'GET',
  path: '/admin/search/synonyms',
  auth: 'admin',
  permission: 'products:read',
  summary: 'Words that stand for others in search',
  tags,
  response: z.array(synonymsShape),
});

export const setSynonymsRoute = defineRoute({
  method: 'PUT',
  path: '/admin/search/synonyms/:word',
  auth: 'admin',
  permission: 'products:write',
  summary: 'Says which words find what a word finds; none removes it',
  tags,
  params: z.object({ word: text(40) }),
  body: z.object({ synonyms: z.array(text(40)).max(20) }),
  response: synonymsShape,
});
