/**
 * Time in the domain is a value that events bring along: milliseconds since 1970-01-01T00:00:00Z.
 * Nothing in the domain reads a clock.
 */
export type Instant = number;

/** A span of time in milliseconds. */
export type Millis = number;

export const seconds = (n: number): Millis => n * 1000;
