/** How an error stands in a log: what PostgreSQL says of the rows themselves is left out, since these hold numbers and names. */
import pino from 'pino';

const OF_ROWS = ['detail', 'where', 'internalQuery', 'parameters', 'bindings'];

/** For pino's `serializers.err`. */
export function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const said: Record<string, unknown> = { ...pino.stdSerializers.err(error) };
  for (const field of OF_ROWS) delete said[field];
  return said;
}
