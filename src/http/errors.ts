/**
 * The one place where something that went wrong becomes an answer: `{code, message, whatToDo?,
 * details?}` in the reader's language, from the catalogue of domain/errors.ts. What a 5xx was is
 * for the log only.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CatalogueEntry, ErrorCode } from '../domain/errors';
import { CodedError, ERRORS } from '../domain/errors';
import { isDatabaseAway } from './database-away';

export type Language = 'zh' | 'en';

/** What is sent for every status of 400 and more. */
export interface ErrorAnswer {
  code: ErrorCode;
  message: string;
  whatToDo?: string;
  details?: unknown;
}

/** Chinese unless `Accept-Language` (RFC 9110 §12.5.4) prefers English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranked = (acceptLanguage ?? '').split(',').map((item) => {
    const [range = '', ...parameters] = item.trim().toLowerCase().split(';');
    const quality = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find(Boolean);
    return { language: range.split('-')[0], quality: Number(quality ?? 1) };
  });
  const best = ranked
    .filter(({ language, quality }) => quality > 0 && (language === 'zh' || language === 'en'))
    .reduce<{ language?: string | undefined; quality: number }>(
      (top, item) => (item.quality > top.quality ? item : top),
      { quality: 0 },
    );
  return best.language === 'en' ? 'en' : 'zh';
}

/** The catalogue's texts for a code, in one language. */
export function answerFor(code: ErrorCode, language: Language, details?: unknown): ErrorAnswer {
  const entry: CatalogueEntry = ERRORS[code];
  return {
    code,
    message: entry[language],
    ...(entry.whatToDo && { whatToDo: entry.whatToDo[language] }),
    ...(details !== undefined && { details }),
  };
}

/** Answers of 5xx that are no fault of ours. */
const TOLD_ONLY: readonly ErrorCode[] = [
  'NOT_READY',
  'READ_ONLY',
  'DATABASE_AWAY',
  'TAKEN_OVER',
  'WEBHOOKS_AWAY',
];

/** Sets the handlers for thrown errors and for addresses that do not exist. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | Error>((error, request, reply) => {
    const { code, details } = codeOf(error, request);
    if (ERRORS[code].status >= 500 && !TOLD_ONLY.includes(code)) {
      request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    }
    return sendError(reply, request, code, details);
  });
  app.setNotFoundHandler((request, reply) => sendError(reply, request, 'NOT_FOUND'));
}

function sendError(
  reply: FastifyReply,
  request: FastifyRequest,
  code: ErrorCode,
  details?: unknown,
): FastifyReply {
  const language = languageOf(request.headers['accept-language']);
  // Also where the route would have sent audio or text.
  return reply
    .code(ERRORS[code].status)
    .header('content-language', language)
    .type('application/json; charset=utf-8')
    .send(answerFor(code, language, details));
}

function codeOf(
  error: FastifyError | Error,
  request: FastifyRequest,
): { code: ErrorCode; details?: unknown } {
  if (error instanceof CodedError) return { code: error.code, details: error.details };
  // Edges that do not throw ours name theirs by the same codes.
  if ('code' in error && isErrorCode(error.code)) return { code: error.code };
  if (isDatabaseAway(error)) return { code: 'DATABASE_AWAY' };
  if ('validation' in error && error.validation) {
    const where = error.validationContext ?? 'request';
    const isMissing = where === 'body' && request.body === undefined;
    const details = error.validation.map(({ instancePath, message }) => ({
      at: `${where}${instancePath}`,
      problem: isMissing ? 'is missing' : message,
    }));
    return { code: 'INVALID_REQUEST', details };
  }
  // What fastify itself refuses: bodies too large, of another type, or no JSON.
  switch ('statusCode' in error ? error.statusCode : undefined) {
    case 400:
    case 414:
      return { code: 'INVALID_REQUEST', details: [{ at: 'request', problem: problemOf(error) }] };
    case 413:
      return { code: 'TOO_LARGE' };
    case 415:
      return { code: 'UNSUPPORTED_TYPE' };
    case 429:
      return { code: 'TOO_MANY_REQUESTS' };
    default:
      return { code: 'INTERNAL', details: { requestId: request.id } };
  }
}

/** In the words of fastify; those of others may be for the log only. */
const problemOf = (error: Error): string =>
  'code' in error && String(error.code).startsWith('FST_') ? error.message : 'cannot be read';

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
