/** What a browser is shown at the bare address: whoever typed it sees that he has come to the right place. */
import { Type } from '@sinclair/typebox';
import { FRONT_PAGE, FRONT_PAGE_POLICY } from '../front-page';
import type { Routes } from './app';

const PAGE = { 'text/html': { schema: Type.String({ examples: ['<!doctype html>'] }) } };

export function frontPageRoutes(app: Routes): void {
  app.get(
    '/',
    {
      config: { access: 'public' },
      schema: {
        tags: ['watching'],
        summary:
          'A page that says how the browser has reached us: encrypted, with a microphone, ready for calls.',
        response: { 200: { description: 'A page.', content: PAGE } },
      },
    },
    async (_request, reply) =>
      reply
        .header('content-security-policy', FRONT_PAGE_POLICY)
        .type('text/html; charset=utf-8')
        .send(FRONT_PAGE),
  );
}
