/** The description of this interface, made from the schemas by which it checks and answers. */
import type { Routes } from './app';

export function openapiRoutes(app: Routes): void {
  app.get(
    '/api/openapi.json',
    {
      config: { access: 'public' },
      schema: { tags: ['interface'], summary: 'This document (OpenAPI 3.1).' },
    },
    () => app.swagger(),
  );
}
