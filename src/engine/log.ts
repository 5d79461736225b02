/**
 * The part of a logger that the engine uses; pino fits. Fields come first: ids, never numbers or
 * names of people.
 */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
