// Writes docs/asyncapi.json from the event catalogue. Run after `npm run build`.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { EVENT_CATALOGUE, TOPICS } = await import(
  pathToFileURL(join(root, 'shared/events/dist/catalogue/index.js')).href
);

const envelope = {
  type: 'object',
  required: [
    'specversion',
    'id',
    'source',
    'type',
    'subject',
    'time',
    'datacontenttype',
    'dataschema',
    'data',
  ],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', format: 'uuid' },
    source: { type: 'string' },
    subject: { type: 'string' },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { const: 'application/json' },
    dataschema: { type: 'string' },
    traceparent: { type: 'string' },
  },
};

const definitions = Object.values(EVENT_CATALOGUE);
const messages = Object.fromEntries(
  definitions.map(({ type, source, version, schema }) => [
    type,
    {
      name: type,
      title: `${type} (version ${version}), from ${source}`,
      contentType: 'application/cloudevents+json',
      payload: {
        allOf: [
          envelope,
          {
            type: 'object',
            properties: { type: { const: type }, data: z.toJSONSchema(schema, { io: 'input' }) },
          },
        ],
      },
    },
  ]),
);
const channels = Object.fromEntries(
  Object.keys(TOPICS).map((topic) => [
    topic,
    {
      address: topic,
      messages: Object.fromEntries(
        definitions
          .filter(({ topics }) => topics.includes(topic))
          .map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]),
      ),
    },
  ]),
);

const document = {
  asyncapi: '3.0.0',
  info: {
    title: 'Vici events',
    version: '1.0.0',
    description: 'Every event of Vici, by topic. Each message is a CloudEvents 1.0 JSON event.',
  },
  defaultContentType: 'application/json',
  channels,
  components: { messages },
};
writeFileSync(join(root, 'docs/asyncapi.json'), `${JSON.stringify(document, null, 2)}\n`);
