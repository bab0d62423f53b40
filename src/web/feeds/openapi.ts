import express, { type Router } from 'express';
import { z } from 'zod';
import type { Page } from '../page.js';

/** `/openapi.json`: every page's JSON form, from the schemas that the pages are checked against. */
export const openApi = (pages: readonly Page[], version: string): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  const document = JSON.stringify(describePages(pages, version));
  router.get('/openapi.json', (_request, response) => {
    response.type('application/json').send(document);
  });
  return router;
};

const describePages = (pages: readonly Page[], version: string): object => ({
  openapi: '3.1.0',
  info: {
    title: 'quire',
    version,
    description:
      'Every page is JSON for `Accept: application/json`, and an event stream of its changes for `Accept: text/event-stream` where it is live.',
  },
  paths: Object.fromEntries(
    pages.flatMap((page) => pathsOf(page.path).map((path) => [path, { get: describe(page, path) }])),
  ),
  components: {
    schemas: { Problem: z.toJSONSchema(z.strictObject({ code: z.string(), message: z.string() })) },
  },
});

/** `/repos{/:group}/:name` stands for two paths, with and without the group. */
const pathsOf = (path: string): string[] => {
  const withParameters = (text: string) => text.replaceAll(/:(\w+)/g, '{$1}');
  if (!path.includes('{')) return [withParameters(path)];
  return [path.replace(/\{[^}]*\}/, ''), path.replace(/\{([^}]*)\}/, '$1')].map(withParameters);
};

const describe = (page: Page, path: string): object => ({
  summary: page.summary,
  parameters: [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.entries(page.query ?? {}).map(([name, description]) => ({
      name,
      in: 'query',
      description,
      schema: { type: 'string' },
    })),
  ],
  responses: {
    200: {
      description: page.summary,
      content: { 'application/json': { schema: z.toJSONSchema(page.schema, { io: 'output' }) } },
    },
    404: {
      description: 'It does not exist, or may not be seen.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
});
