/**
 * Text that no database can keep: a NUL, or half of a surrogate pair (both stand in JSON as an escape). It is refused where it
 * comes in; what is written to the journal could else never be brought into PostgreSQL.
 */
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../domain/errors';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whoever takes the body says of each of its texts whether it can be kept, as the check of a plan does. */
    checksTexts?: true;
  }
}

const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Before the schemas, which say of a text only what they want of it. */
export function refuseUnstorable(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body, routeOptions }) => {
    const checked = routeOptions.config.checksTexts ? undefined : body;
    for (const [where, value] of Object.entries({ params, querystring: query, body: checked })) {
      const at = unstorableIn(value, where);
      if (at !== null) throw new CodedError('INVALID_REQUEST', [{ at, problem: PROBLEM }]);
    }
  });
}

const PROBLEM = 'has a character that cannot be kept';

/** Where the first one stands. Without recursion: who sends it decides how deep it is. */
function unstorableIn(value: unknown, where: string): string | null {
  const left: [at: string, value: unknown][] = [[where, value]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [at, one] = next;
    if (typeof one === 'string' && UNSTORABLE.test(one)) return at;
    if (typeof one !== 'object' || one === null) continue;
    for (const [key, within] of Object.entries(one)) {
      if (UNSTORABLE.test(key)) return at;
      left.push([depthOf(at) < DEEP ? `${at}/${key}` : at, within]);
    }
  }
  return null;
}

/** An address as long as the body is deep would cost its square. */
const DEEP = 8;
const depthOf = (at: string): number => at.split('/').length;
