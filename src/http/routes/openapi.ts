/** The description of this interface, made from the schemas by which it checks and answers. */
import { Type } from '@sinclair/typebox';
import type { Routes } from './app';

const Document = Type.Unsafe<object>({
  type: 'object',
  additionalProperties: true,
  examples: [{ openapi: '3.1.0', info: { title: 'Openline', version: '1' }, paths: {} }],
});

export function openapiRoutes(app: Routes): void {
  app.get(
    '/api/openapi.json',
    {
      config: { access: 'public' },
      schema: {
        tags: ['interface'],
        summary: 'This document (OpenAPI 3.1).',
        response: { 200: Document },
      },
    },
    () => app.swagger(),
  );
}
