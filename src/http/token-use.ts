/**
 * That it was a program which changed or took something in a person's name. What it did is noted as if he had done it himself;
 * this comes before it, so that nothing is done by a token that is not noted.
 */
import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from './deps';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What it reads is heard or exported, and noted. */
    taken?: true;
  }
}

/** Of an address that is longer the beginning says enough. */
const MOST_CHARACTERS = 200;

/** Behind the access rules and the check of what was sent. */
export function noteTokens(app: FastifyInstance, { audit }: Pick<HttpDeps, 'audit'>): void {
  app.addHook('preHandler', async ({ caller, method, url, routeOptions }) => {
    if (caller.is !== 'person' || caller.tokenId === undefined) return;
    if (method === 'GET' && !routeOptions.config.taken) return;
    // Percent-encoded as it came: no line ends, and no NUL, which PostgreSQL would refuse.
    const [path = ''] = url.split('?');
    const subject = `${caller.tokenId} ${method} ${path.slice(0, MOST_CHARACTERS)}`;
    await audit({ who: caller.person.id, what: 'token.used', subject });
  });
}
