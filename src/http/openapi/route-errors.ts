/**
 * Which errors a route may give: those that its handler may (`problems(…)` in its schema), and those of what stands before
 * every handler, which follow from its method and its rule.
 */
import { ERRORS, type ErrorCode } from '../../domain/errors';
import { WHOLE } from '../../domain/rights';
import type { Access } from '../auth';
import { PASSES } from '../read-only';
import { takesKey } from '../repeats';

/** What is asked of a route. */
export interface RouteFacts {
  method: string;
  url: string;
  access: Access | undefined;
  evenPending?: boolean | undefined;
  /** Its schema's, by status. */
  response?: unknown;
}

const KEY_ERRORS: readonly ErrorCode[] = [
  'BAD_IDEMPOTENCY_KEY',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
  'OUTCOME_UNKNOWN',
  'ANSWER_NOT_KEPT',
  'TOO_MANY_IDEMPOTENCY_KEYS',
  'IDEMPOTENCY_UNAVAILABLE',
];

/** In the order of the catalogue. */
export function errorsOf(route: RouteFacts): ErrorCode[] {
  const may = new Set<string>([...declaredIn(route.response), ...before(route)]);
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => may.has(code));
}

/** What the schema of a route declares for its handler. */
export function declaredIn(response: unknown): string[] {
  return Object.entries((response ?? {}) as Record<string, ProblemLike>).flatMap(
    ([status, schema]) => (Number(status) >= 400 ? (schema.properties?.code?.enum ?? []) : []),
  );
}

interface ProblemLike {
  properties?: { code?: { enum?: string[] } };
}

function before({ method, url, access, evenPending }: RouteFacts): ErrorCode[] {
  const changes = method !== 'GET' && method !== 'HEAD';
  return [
    ...([
      'INVALID_REQUEST',
      'TOO_MANY_REQUESTS',
      'INTERNAL',
      'DATABASE_AWAY',
      'TAKEN_OVER',
    ] as const),
    ...(access === 'public' ? [] : whoMay(access, evenPending)),
    ...(changes ? (['CROSS_SITE', 'TOO_LARGE', 'UNSUPPORTED_TYPE'] as const) : []),
    ...(changes && !PASSES.has(`${method} ${url}`) ? (['READ_ONLY'] as const) : []),
    ...(takesKey(method, access) ? KEY_ERRORS : []),
  ];
}

const whoMay = (access: Access | undefined, evenPending: boolean | undefined): ErrorCode[] => [
  'NOT_AUTHENTICATED',
  access === 'person' ? 'NOT_FOR_TOKENS' : 'FORBIDDEN_POST',
  ...(WHOLE.some((right) => right === access) ? (['NOT_ALL_STORES'] as const) : []),
  // The command on this machine is no person.
  ...(access === 'person' ? (['FORBIDDEN_POST'] as const) : []),
  ...(evenPending ? [] : (['PASSWORD_EXPIRED', 'SECOND_FACTOR_MISSING'] as const)),
];
